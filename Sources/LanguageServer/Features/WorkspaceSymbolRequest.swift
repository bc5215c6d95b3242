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
    func isWanted(_ symbol: JSONValue) -> Bool {
      var rest = query[...]
      for letter in symbol["name"]?.stringValue?.lowercased() ?? "" where letter == rest.first { rest.removeFirst() }
      return rest.isEmpty
    }
    var found: [JSONValue] = []
    for document in context.openTexts {
      try Task<Never, Never>.checkCancellation()
      found += DocumentSymbolRequest.flat(document).filter(isWanted)
    }
    let closed = context.closedPaths
    context.memory.closedSymbols.keepOnly(Set(closed))
    for path in closed {
      try Task<Never, Never>.checkCancellation()
      found += context.memory.closedSymbols.symbols(of: path, context).filter(isWanted)
    }
    return .array(found)
  }
}
