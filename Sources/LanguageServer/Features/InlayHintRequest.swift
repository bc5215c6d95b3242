import Authoring
import JSON
import Recipes
import Semantics
import Syntax

/// `textDocument/inlayHint`.
enum InlayHintRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let range = try context.range(in: document)
    let hints = document.live.inlayHints(in: range).map { ($0.offset, $0.label) } + sizes(in: range, document)
    return .array(
      hints.map { offset, label in
        [
          "position": document.positions.position(of: offset).json,
          "label": .string(label),
          "kind": 1,
          "paddingLeft": true,
        ]
      })
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
