package import Syntax

/// Why a step of a recipe cannot be done whatever the model is: `mica check`, editors and runs say the same of it.
package struct RecipeProblem: Error, Sendable {
  package let diagnostic: Diagnostic
}

extension RecipeCall {
  /// That something given for a parameter cannot be.
  func problem(_ name: String, _ reason: String) -> RecipeProblem {
    RecipeProblem(diagnostic: Diagnostic("wrong-configuration", "`\(name)`: \(reason)", at: place(of: name)))
  }

  /// That a parameter, or one of several, is needed beside what is given.
  func lacks(_ reason: String) -> RecipeProblem {
    RecipeProblem(diagnostic: Diagnostic("missing-argument", reason, at: place))
  }
}
