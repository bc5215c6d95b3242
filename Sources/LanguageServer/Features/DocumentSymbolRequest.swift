import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/documentSymbol`.
enum DocumentSymbolRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    if context.client.capabilities.takesHierarchicalSymbols {
      return .array(document.file.tree.outline().map { symbol($0, document) })
    }
    return .array(flat(document))
  }

  /// All symbols of a document without hierarchy.
  static func flat(_ document: Document) -> [JSONValue] {
    var flat: [JSONValue] = []
    for item in document.file.tree.outline() { append(item, container: nil, document, &flat) }
    return flat
  }

  private static func symbol(_ item: OutlineItem, _ document: Document) -> JSONValue {
    [
      "name": .string(item.name),
      "detail": .string(item.detail),
      "kind": .integer(kind(item.kind)),
      "range": document.positions.range(of: item.place.range).json,
      "selectionRange": document.positions.range(of: item.namePlace.range).json,
      "children": .array(item.children.map { symbol($0, document) }),
    ]
  }

  /// Appends an item, and those inside it, without hierarchy.
  private static func append(
    _ item: OutlineItem, container: String?, _ document: Document, _ symbols: inout [JSONValue]
  ) {
    var symbol: JSONObject = [
      "name": .string(item.name),
      "kind": .integer(kind(item.kind)),
      "location": [
        "uri": .string(document.uri.text), "range": document.positions.range(of: item.place.range).json,
      ],
    ]
    if let container { symbol["containerName"] = .string(container) }
    symbols.append(.object(symbol))
    for child in item.children { append(child, container: item.name, document, &symbols) }
  }

  /// The protocol's number: Module, Class, Function, Event, Field, Property, Namespace.
  static func kind(_ kind: OutlineItem.Kind) -> Int64 {
    switch kind {
    case .model: 2
    case .block: 5
    case .operator: 12
    case .recipe: 24
    case .layer: 8
    case .parameter: 7
    case .scope: 3
    }
  }
}
