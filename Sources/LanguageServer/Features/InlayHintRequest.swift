import Authoring
import JSON
import Recipes
import Semantics
import Syntax

/// `textDocument/inlayHint` and `inlayHint/resolve`.
enum InlayHintRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let range = try context.range(in: document)
    let kinds = context.settings.hints
    var hints: [JSONValue] = []
    if kinds.contains(.types) || kinds.contains(.parameters) {
      let choices = context.memory.instances.choices(in: document)
      for var hint in document.live.inlayHints(in: range, showing: choices) {
        if !kinds.contains(.types) { hint.types = "" }
        if !kinds.contains(.parameters) { hint.parameters = "" }
        if !hint.label.isEmpty { hints.append(json(of: hint, document, context)) }
      }
    }
    if kinds.contains(.recipes) {
      hints += sizes(in: range, document).map { json(.string($1), at: $0, document) }
    }
    return .array(hints)
  }

  private static func json(_ label: JSONValue, at offset: Int, _ document: Document) -> JSONValue {
    ["position": document.positions.position(of: offset).json, "label": label, "kind": 1, "paddingLeft": true]
  }

  /// A hint, each size a part of its own for clients that ask where it comes from.
  private static func json(of hint: InlayHint, _ document: Document, _ context: RequestContext) -> JSONValue {
    let parts = HintPart.parts(of: hint.label)
    guard context.client.capabilities.resolvesHintLocations, parts.contains(where: { $0.size != nil }) else {
      return json(.string(hint.label), at: hint.offset, document)
    }
    let label = JSONValue.array(parts.map { ["value": .string($0.text)] })
    guard case .object(var object) = json(label, at: hint.offset, document) else { return .null }
    object["data"] = [
      "uri": .string(document.uri.text), "version": .integer(Int64(document.version)),
      "statement": .integer(Int64(hint.statement.lowerBound)),
    ]
    return .object(object)
  }

  /// The hint with the places where its sizes are decided, for the text that it was made for.
  @Sendable static func resolve(_ context: RequestContext) async throws -> JSONValue {
    var hint = try context.resolvable()
    guard let labels = hint["label"]?.arrayValue, let statement = hint["data"]?["statement"]?.intValue else {
      return context.parameters
    }
    let document = try context.document(of: hint["data"])
    guard (0...document.text.count).contains(statement) else { return context.parameters }
    let texts = labels.map { $0["value"]?.stringValue ?? "" }
    let parts = HintPart.parts(of: texts.joined())
    guard parts.map(\.text) == texts else { return context.parameters }
    hint["label"] = .array(
      parts.map { part in
        var label: JSONObject = ["value": .string(part.text)]
        if let (result, axis) = part.size,
          let place = document.live.sizePlace(ofAxis: axis, ofResult: result, at: statement)
        {
          label["location"] = document.location(of: place)
        }
        return .object(label)
      })
    return .object(hint)
  }

  /// What the steps of recipes make of their models.
  private static func sizes(in range: Range<Int>, _ document: Document) -> [(Int, String)] {
    let recipes = Recipe.all(in: document.file.tree).filter {
      $0.syntax.range.lowerBound <= range.upperBound && range.lowerBound <= $0.syntax.range.upperBound
    }
    guard !recipes.isEmpty else { return [] }
    let elaborations = document.live.steady.analysis.elaborations
    return recipes.flatMap { recipe in
      let elaboration = elaborations.first { $0.declaration.name == recipe.model.plainName }
      return elaboration.map { SizePredictions(of: recipe, on: $0).hints } ?? []
    }.filter { range.lowerBound <= $0.0 && $0.0 <= range.upperBound }
  }
}
