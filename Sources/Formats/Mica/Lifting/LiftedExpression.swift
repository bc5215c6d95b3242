/// A part of a statement.
struct LiftedExpression {
  /// How tightly the outermost sign binds.
  enum Binding: Int, Comparable {
    case pipe, sum, product, call

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  var text: String
  var binding = Binding.call
  /// How many calls stand within each other.
  var depth = 0
  /// The values from outside of the list that it uses.
  var outer: Set<Int> = []

  /// The columns that it takes on its first line.
  var width: Int

  init(text: String, binding: Binding = .call, depth: Int = 0, outer: Set<Int> = []) {
    (self.text, self.binding, self.depth, self.outer) = (text, binding, depth, outer)
    width = text.utf8.count
  }

  /// The text as an operand that must bind at least so tightly.
  func operand(_ least: Binding) -> String { binding < least ? "(\(text))" : text }
}

/// A statement of a lifted text.
struct LiftedStatement {
  var lines: [String]
  /// What it binds.
  var results: [StepResult] = []
  /// The values from outside of the list that it uses.
  var outer: Set<Int> = []
}
