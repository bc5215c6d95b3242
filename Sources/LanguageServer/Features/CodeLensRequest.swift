import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/codeLens`.
enum CodeLensRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let isLater = context.client.capabilities.resolvesCodeLensCommands
    let choices = context.memory.instances.choices(in: document)
    let figures = document.live.codeLenses(showing: choices).enumerated().map { index, lens -> JSONValue in
      let range = document.positions.range(of: lens.place.range).json
      guard isLater else { return ["range": range, "command": command(of: lens, document)] }
      let data: JSONValue = [
        "uri": .string(document.uri.text), "version": .integer(Int64(document.version)),
        "index": .integer(Int64(index)),
      ]
      return ["range": range, "data": data]
    }
    return .array(figures + Recipe.all(in: document.file.tree).map { recipe in run(recipe, document) })
  }

  /// `codeLens/resolve`: the lens with what it says, for the text that it was listed for.
  @Sendable static func resolve(_ context: RequestContext) async throws -> JSONValue {
    var lens = try context.resolvable()
    guard let index = lens["data"]?["index"]?.intValue else { return context.parameters }
    let document = try context.document(of: lens["data"])
    let lenses = document.live.codeLenses(showing: context.memory.instances.choices(in: document))
    guard lenses.indices.contains(index) else { return context.parameters }
    lens["command"] = command(of: lenses[index], document)
    return .object(lens)
  }

  /// The lens that runs a recipe.
  private static func run(_ recipe: Recipe, _ document: Document) -> JSONValue {
    let argument: JSONValue = [
      "uri": .string(document.uri.text), "version": .integer(Int64(document.version)), "recipe": .string(recipe.name),
    ]
    return [
      "range": document.positions.range(of: recipe.model.range).json,
      "command": [
        "title": "Run", "command": .string(ExecuteCommandRequest.runRecipe), "arguments": [argument],
      ],
    ]
  }

  private static func command(of lens: CodeLens, _ document: Document) -> JSONValue {
    if let shown = lens.shown {
      return [
        "title": .string(lens.title), "command": .string(ExecuteCommandRequest.showInstance),
        "arguments": [
          [
            "uri": .string(document.uri.text), "block": .string(shown.block),
            "instance": .integer(Int64((shown.index + 1) % shown.count)),
          ]
        ],
      ]
    }
    // A lens that says something and does nothing has a command without a name.
    guard lens.listsWeights, let model = lens.model else { return ["title": .string(lens.title), "command": ""] }
    return [
      "title": .string(lens.title), "command": .string(ExecuteCommandRequest.listWeights),
      "arguments": [["uri": .string(document.uri.text), "model": .string(model)]],
    ]
  }
}
