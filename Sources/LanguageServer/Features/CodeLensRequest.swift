import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/codeLens`.
enum CodeLensRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let figures: [JSONValue] = document.live.codeLenses().map { lens in
      ["range": document.positions.range(of: lens.place.range).json, "command": command(of: lens, document)]
    }
    return .array(figures + Recipe.all(in: document.file.tree).map { recipe in run(recipe, document) })
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
    // A lens that says something and does nothing has a command without a name.
    guard lens.listsWeights, let model = lens.model else { return ["title": .string(lens.title), "command": ""] }
    return [
      "title": .string(lens.title), "command": .string(ExecuteCommandRequest.listWeights),
      "arguments": [["uri": .string(document.uri.text), "model": .string(model)]],
    ]
  }
}
