import Authoring
import JSON
import Workspace

/// What a completion replaces.
private struct EditRange {
  /// The word around the cursor.
  var all: TextRange
  /// What of the word is before the cursor.
  var typed: TextRange
  /// Whether the client lets its user choose between the two.
  var tellsBoth: Bool

  private var both: JSONObject { ["insert": typed.json, "replace": all.json] }

  var ofList: JSONValue { tellsBoth ? .object(both) : all.json }

  func edit(to text: String) -> JSONValue {
    var edit = tellsBoth ? both : ["range": all.json]
    edit["newText"] = .string(text)
    return .object(edit)
  }
}

/// `textDocument/completion`.
enum CompletionRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let offset = try context.offset(in: document)
    let sign = context.parameters["context"]?["triggerCharacter"]?.stringValue
    let (items, replaced) = files(in: document, at: offset) ?? document.live.completions(at: offset, typing: sign)
    let capabilities = context.client.capabilities
    let range = EditRange(
      all: document.positions.range(of: replaced),
      typed: document.positions.range(of: replaced.lowerBound..<max(replaced.lowerBound, offset)),
      tellsBoth: capabilities.takesInsertAndReplace)
    let data: JSONValue? =
      capabilities.resolvesCompletionDocumentation
      ? [
        "uri": .string(document.uri.text), "version": .integer(Int64(document.version)),
        "offset": .integer(Int64(offset)),
      ] : nil
    var defaults: JSONObject = [:]
    if capabilities.completionDefaults.contains("editRange") { defaults["editRange"] = range.ofList }
    if let data, capabilities.completionDefaults.contains("data") { defaults["data"] = data }
    var list: JSONObject = [
      "isIncomplete": .bool(items.count { $0.kind == .variable || $0.kind == .dimension } >= CompletionItem.mostNames),
      "items": .array(items.map { json(of: $0, range, laterBy: data, besides: defaults, capabilities) }),
    ]
    if !defaults.isEmpty { list["itemDefaults"] = .object(defaults) }
    return .object(list)
  }

  /// `completionItem/resolve`: the item with what there is to read of it, for the text that it was listed for.
  @Sendable static func resolve(_ context: RequestContext) async throws -> JSONValue {
    var item = try context.resolvable()
    guard let offset = item["data"]?["offset"]?.intValue else { return context.parameters }
    let document = try context.document(of: item["data"])
    guard (0...document.text.count).contains(offset) else { return context.parameters }
    let found = document.live.completions(at: offset).items.first {
      .string($0.label) == item["label"] && .integer(kind($0.kind)) == item["kind"]
    }
    item["documentation"] = found.flatMap { documentation(of: $0, context.client.capabilities) }
    return .object(item)
  }

  private static func documentation(of item: CompletionItem, _ client: ClientCapabilities) -> JSONValue? {
    guard !item.documentation.isEmpty else { return nil }
    let kind: JSONValue = client.takesMarkdownInCompletion ? "markdown" : "plaintext"
    return ["kind": kind, "value": .string(item.documentation)]
  }

  /// The files that may be named where the cursor is.
  private static func files(
    in document: Document, at offset: Int
  ) -> (items: [CompletionItem], replaced: Range<Int>)? {
    NamedFiles.completions(in: document.text, at: offset, of: document.path).map { names, replaced in
      (names.map(CompletionItem.file), replaced)
    }
  }

  /// - Parameters:
  ///   - data: by which the documentation is asked for when it is wanted; `nil` where it comes at once.
  ///   - defaults: what the list says for all items.
  private static func json(
    of item: CompletionItem, _ range: EditRange, laterBy data: JSONValue?, besides defaults: JSONObject,
    _ client: ClientCapabilities
  ) -> JSONValue {
    var object: JSONObject = [
      "label": .string(item.label),
      "kind": .integer(kind(item.kind)),
      "sortText": .string("\(item.rank)\(item.label)"),
    ]
    let snippet = client.takesSnippets ? item.snippet : nil
    if snippet != nil { object["insertTextFormat"] = 2 }
    let text = snippet ?? item.insertion
    if defaults["editRange"] == nil {
      object["textEdit"] = range.edit(to: text)
    } else if text != item.label {
      object["textEditText"] = .string(text)
    }
    if !item.detail.isEmpty { object["detail"] = .string(item.detail) }
    if let data {
      if !item.documentation.isEmpty, defaults["data"] == nil { object["data"] = data }
    } else {
      object["documentation"] = documentation(of: item, client)
    }
    return .object(object)
  }

  /// The protocol's number: Class, Function, Field, Variable, Constant, Keyword, Property, TypeParameter, File,
  /// Value, Reference.
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
    case .value: 12
    case .annotation: 18
    }
  }
}
