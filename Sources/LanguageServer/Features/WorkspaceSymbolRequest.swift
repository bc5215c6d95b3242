import Authoring
import JSON
import Semantics
import Syntax

/// `workspace/symbol`: the declarations and layers of the workspace whose names have the letters that are asked for.
enum WorkspaceSymbolRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    guard let text = context.parameters["query"]?.stringValue else {
      throw ResponseError(.invalidParams, "the parameters need `query`, a string")
    }
    let query = Array(text.lowercased())
    var found: [JSONValue] = []
    try context.forEachText { document in
      for item in document.file.tree.outline() {
        DocumentSymbolRequest.append(item, container: nil, document, &found) { name in
          var rest = query[...]
          for letter in name.lowercased() where letter == rest.first { rest.removeFirst() }
          return rest.isEmpty
        }
      }
    }
    return .array(found)
  }
}
