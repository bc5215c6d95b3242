import Semantics

/// How a step of a recipe is run.
///
/// A step that a recipe may have and that is not here is checked, and not run.
struct StepRule: Sendable {
  /// Does the step on the model of a run, and says what it did.
  let run: @Sendable (inout RecipeRun, RecipeCall) throws(RecipeError) -> StepReport

  static let all: [String: StepRule] = [
    "export": StepRule(run: exportStep),
    "prune": StepRule(run: pruneStep),
    "quantize": StepRule(run: quantizeStep),
    "simplify": StepRule(run: simplifyStep),
  ]
}
