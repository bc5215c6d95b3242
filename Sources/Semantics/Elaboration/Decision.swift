package import Graphs
package import Syntax

/// What a condition in the user's text came to, on which depends what a model is made of.
package struct Decision: Sendable {
  package var condition: Syntax
  /// The instance of the block that the condition was evaluated for.
  package var instance: Graphs.Instance.ID
  package var holds: Bool
}

extension Elaborator {
  /// Which way to go at an `if`; a condition that cannot be decided before the graph runs is reported.
  mutating func branch(on condition: Syntax) -> Bool? {
    guard let holds = decide(condition) else { return nil }
    if options.keepsDecisions, !Library.contains(condition.place.file) {
      decisions.append(Decision(condition: condition, instance: frame.instance, holds: holds))
    }
    return holds
  }
}
