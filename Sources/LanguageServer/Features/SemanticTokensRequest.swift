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
    let data = try data(of: document, in: 0..<document.text.count)
    context.memory.tokens.keep(data, of: document)
    return ["resultId": .string("\(document.number)"), "data": json(data[...])]
  }

  @Sendable static func answerRange(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    return ["data": json(try data(of: document, in: try context.range(in: document))[...])]
  }

  /// What has changed since an earlier answer: one edit of its numbers; all of them where that answer is not known any more.
  @Sendable static func answerDelta(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let earlier = context.memory.tokens.data(context.parameters["previousResultId"]?.stringValue ?? "", of: document)
    let data = try data(of: document, in: 0..<document.text.count)
    context.memory.tokens.keep(data, of: document)
    let id = JSONValue.string("\(document.number)")
    guard let earlier else { return ["resultId": id, "data": json(data[...])] }
    let start = zip(earlier, data).prefix { $0 == $1 }.count
    let end = zip(earlier[start...].reversed(), data[start...].reversed()).prefix { $0 == $1 }.count
    guard start < earlier.count || start < data.count else { return ["resultId": id, "edits": []] }
    let edit: JSONValue = [
      "start": .integer(Int64(start)), "deleteCount": .integer(Int64(earlier.count - end - start)),
      "data": json(data[start..<(data.count - end)]),
    ]
    return ["resultId": id, "edits": [edit]]
  }

  private static func json(_ data: ArraySlice<Int32>) -> JSONValue { .array(data.map { .integer(Int64($0)) }) }

  /// Five numbers a token: lines and columns since the token before, length, kind, modifiers.
  ///
  /// Editors ask for all of them at each keystroke and cancel what has become stale, which goes no further then.
  private static func data(of document: Document, in range: Range<Int>) throws -> [Int32] {
    let live = document.live
    try Task<Never, Never>.checkCancellation()
    let tokens = live.semanticTokens(in: range)
    try Task<Never, Never>.checkCancellation()
    var data: [Int32] = []
    data.reserveCapacity(tokens.count * 5)
    var last = Position(line: 0, character: 0)
    for token in tokens {
      let range = document.positions.range(of: token.range)
      guard range.start.line == range.end.line else { continue }
      let line = range.start.line - last.line
      let column = range.start.character - (line == 0 ? last.character : 0)
      let modifiers = (token.isDeclaration ? 1 : 0) | (token.isLibrary ? 2 : 0)
      for number in [line, column, range.end.character - range.start.character, token.kind.rawValue, modifiers] {
        data.append(Int32(clamping: number))
      }
      last = range.start
    }
    return data
  }
}
