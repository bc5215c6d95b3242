import Graphs

/// A node that is to become text: where bodies of a `repeat` run several times, as many nodes that differ in tensors and
/// attributes alone.
struct Step {
  /// The nodes, an outer repetition's rounds before an inner one's.
  var nodes: [Node.ID]
  /// What each argument is.
  var arguments: [Reference]
  /// The values that its subgraphs use from around them.
  var captures: [Value.ID: Reference] = [:]
  /// Equal for steps that may be rounds of one repetition.
  var shape: Int

  /// Where an argument comes from.
  enum Reference: Hashable {
    case omitted
    /// A result of a step of the same list.
    case result(StepResult)
    /// Something from outside of the list, by its number.
    case outer(Int)
    /// A stored tensor.
    case tensor
  }
}

/// One result of a step of a list.
struct StepResult: Hashable {
  var step: Int
  var index: Int
}

/// Steps in an order in which they can run, such as those of a subgraph or of the body of a `repeat`.
struct StepList {
  var steps: [Step] = []
  /// What comes out: results of a subgraph, or what later rounds and other statements use.
  var results: [Step.Reference] = []
  /// How often each `repeat` around the list runs, outermost first.
  var rounds: [Int] = []
}

/// Steps that repeat others before them, with the tensors, attributes and values that differ.
struct Repetition {
  /// The first step, and how many steps a round has.
  var start: Int
  var period: Int
  var count: Int
  /// A round; its outer values are `outer`.
  var body: StepList
  var outer: [Outer] = []
  /// Results that one list each collects over the rounds, since others than the last are used.
  var collected: [StepResult] = []
  /// Results whose last value is used behind the repetition.
  var exported: [StepResult] = []

  /// What a round uses from outside.
  enum Outer: Hashable {
    /// The same in all rounds.
    case fixed(Step.Reference)
    /// The result of the round before; in the first one, something from outside.
    case carried(StepResult, initial: Step.Reference)
    /// Another one for each round.
    case listed([Step.Reference])
  }

  /// The steps that it stands for.
  var range: Range<Int> { start..<start + period * count }
}

/// What a list of steps is written as.
enum LiftedItem {
  case step(Int)
  case repetition(Repetition)
}
