import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/selectionRange`: what a growing selection takes in, from a word to the whole text.
enum SelectionRangeRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let places = context.parameters["positions"]?.arrayValue else {
      throw ResponseError(.invalidParams, "selection ranges need `positions`")
    }
    var selections: [JSONValue] = []
    for place in places {
      let offset = document.positions.offset(of: try Position(place))
      var selection = JSONValue.null
      for range in document.file.tree.selections(at: offset) {
        var object: JSONObject = ["range": document.positions.range(of: range).json]
        if selection != .null { object["parent"] = selection }
        selection = .object(object)
      }
      selections.append(selection)
    }
    return .array(selections)
  }
}
