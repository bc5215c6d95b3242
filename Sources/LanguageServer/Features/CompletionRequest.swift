import Authoring
import JSON
import Workspace

/// `textDocument/completion`.
enum CompletionRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let offset = try context.offset(in: document)
    let (items, replaced) = files(in: document, at: offset) ?? document.live.completions(at: offset)
    let range = document.positions.range(of: replaced)
    let isMarkdown = context.client.capabilities.takesMarkdownInCompletion
    return [
      "isIncomplete": false,
      "items": .array(items.map { json(of: $0, range, isMarkdown: isMarkdown) }),
    ]
  }

  /// The weights files that may be named where the cursor is.
  private static func files(
    in document: Document, at offset: Int
  ) -> (items: [CompletionItem], replaced: Range<Int>)? {
    WeightsFileNames.completions(in: document.text, at: offset, of: document.path).map { names, replaced in
      (names.map(CompletionItem.file), replaced)
    }
  }

  private static func json(of item: CompletionItem, _ range: TextRange, isMarkdown: Bool) -> JSONValue {
    var object: JSONObject = [
      "label": .string(item.label),
      "kind": .integer(kind(item.kind)),
      "sortText": .string("\(item.rank)\(item.label)"),
      "textEdit": ["range": range.json, "newText": .string(item.insertion)],
    ]
    if !item.detail.isEmpty { object["detail"] = .string(item.detail) }
    if !item.documentation.isEmpty {
      object["documentation"] = ["kind": isMarkdown ? "markdown" : "plaintext", "value": .string(item.documentation)]
    }
    return .object(object)
  }

  /// The protocol's number: Class, Function, Field, Variable, Constant, Keyword, Property, TypeParameter, File.
  private static func kind(_ kind: CompletionItem.Kind) -> Int64 {
    switch kind {
    case .block: 7
    case .operator: 3
    case .argument: 5
    case .variable: 6
    case .dimension: 21
    case .keyword: 14
    case .path: 10
    case .type: 25
    case .library: 7
    case .file: 17
    }
  }
}
