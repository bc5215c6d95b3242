package import Semantics
package import Syntax

/// Why a recipe was not run.
package struct RecipeError: Error, Sendable {
  /// An identifier for programs, such as `cannot-quantize`.
  package let identifier: String
  package let message: String
  /// The step, or the part of it, that is to blame; `nil` for the recipe as a whole.
  package let place: Place?

  init(_ identifier: String, _ message: String, at place: Place?) {
    (self.identifier, self.message, self.place) = (identifier, message, place)
  }

  package init(_ problem: RecipeProblem) {
    self.init(problem.diagnostic.identifier, problem.diagnostic.message, at: problem.diagnostic.place)
  }

  private static let cancellation = "cancelled"
  static let cancelled = RecipeError(cancellation, "cancelled; nothing was written", at: nil)

  /// Whether nothing is wrong, and whoever ran the recipe wanted no more of it.
  package var isCancellation: Bool { identifier == Self.cancellation }

  /// The error as a diagnostic of the recipe's text.
  package func diagnostic(of recipe: Recipe) -> Diagnostic {
    Diagnostic(identifier, message, at: place ?? recipe.model.place)
  }
}
