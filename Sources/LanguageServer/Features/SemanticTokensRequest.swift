import Authoring
import JSON

/// `textDocument/semanticTokens`.
enum SemanticTokensRequest {
  /// The names of the kinds and of the modifiers, by the numbers that the data uses.
  static var legend: JSONValue {
    [
      "tokenTypes": .array(SemanticToken.Kind.allCases.map { .string("\($0)") }),
      "tokenModifiers": ["declaration", "defaultLibrary"],
    ]
  }

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    return data(document.live.semanticTokens(in: 0..<document.text.count), document)
  }

  @Sendable static func answerRange(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    return data(document.live.semanticTokens(in: try context.range(in: document)), document)
  }

  /// Five numbers a token: lines and columns since the token before, length, kind, modifiers.
  private static func data(_ tokens: [SemanticToken], _ document: Document) -> JSONValue {
    var data: [JSONValue] = []
    data.reserveCapacity(tokens.count * 5)
    var last = Position(line: 0, character: 0)
    for token in tokens {
      let range = document.positions.range(of: token.range)
      guard range.start.line == range.end.line else { continue }
      let line = range.start.line - last.line
      let column = range.start.character - (line == 0 ? last.character : 0)
      let modifiers = (token.isDeclaration ? 1 : 0) | (token.isLibrary ? 2 : 0)
      for number in [line, column, range.end.character - range.start.character, token.kind.rawValue, modifiers] {
        data.append(.integer(Int64(number)))
      }
      last = range.start
    }
    return ["data": .array(data)]
  }
}
