import Tensors

/// Sizes that must be the same where a call is valid.
extension InferenceContext {
  /// The better known of two sizes that the operator requires to be equal.
  ///
  /// Where they differ, `message` is reported; where they are not known to be equal, so is the assumption that is missing.
  mutating func agree(
    _ a: Dimension, _ b: Dimension, at subject: OperatorProblem.Subject = .call,
    places: OperatorProblem.SizePlaces? = nil, _ message: @autoclosure () -> String
  ) -> Dimension {
    if a.isUnknown { return b }
    if b.isUnknown || a.isProvablyEqual(to: b) { return a }
    if a.isProvablyDifferent(from: b) {
      reportDifference(a, b, message(), at: subject, places: places)
      return .unknown
    }
    reportUndetermined("undetermined-size", a, b, at: subject, places: places)
    return b.isSimpler(than: a) ? b : a
  }

  /// What to assume for two sizes to be equal; a constant stands on the right.
  static func missingAssumption(_ a: Dimension, _ b: Dimension) -> String {
    let (left, right) = a.constant != nil ? (b, a) : (a, b)
    return "`\(left)` and `\(right)` are not known to be equal; add `where \(left) == \(right)`"
  }

  /// Whether the rank of `shape` is in `range`, as far as it is known; otherwise it is reported as that of `what`.
  mutating func requireRank(
    _ range: ClosedRange<Int>, of shape: Shape?, _ what: String, at subject: OperatorProblem.Subject
  ) -> Bool {
    guard let shape, !range.contains(shape.rank) else { return true }
    let isExact = range.lowerBound == range.upperBound
    let wanted = counted(range.lowerBound, "axis", "axes")
    report(
      "rank-mismatch", "\(what) must have \(isExact ? "" : "at least ")\(wanted), but \(shape) has \(shape.rank)",
      at: subject)
    return false
  }

  /// Checks that argument `index` is a vector of `size` elements.
  ///
  /// - Parameter place: what that size is of.
  mutating func requireVector(
    _ index: Int, of size: Dimension, at place: OperatorProblem.SizePlace?, _ what: String, _ whose: String
  ) {
    guard let shape = shape(index), requireRank(1...1, of: shape, "the \(what)", at: .input(index)) else { return }
    _ = agree(
      shape.dimensions[0], size, at: .input(index),
      places: OperatorProblem.SizePlaces(left: .axis(input: index, 0), right: place),
      "the \(what) has \(shape.dimensions[0]) elements, but \(whose) \(size)")
  }
}

extension Dimension {
  /// Whether the size is a number and the other is none, or a name and the other is an expression.
  func isSimpler(than other: Dimension) -> Bool {
    constant != nil ? other.constant == nil : symbol != nil && other.constant == nil && other.symbol == nil
  }

  /// Whether both sizes are the same where no name in them stands for 0, and where the simpler one is 0, neither 0 nor 1.
  func isSame(asName other: Dimension) -> Bool {
    guard let name = other.symbol, symbols == [name] else { return false }
    let atZero = substituting([name: 0])
    return atZero.isProvablyAtLeast(2) && substituting([name: .symbol(name)]).symbol == name
  }
}

/// A number with its noun, such as `1 axis` or `2 axes`.
func counted(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(number) \(number == 1 ? singular : plural ?? singular + "s")"
}
