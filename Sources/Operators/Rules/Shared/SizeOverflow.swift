import Tensors

extension InferenceContext {
  /// Reports a size that is unknown because what makes it up, all of it known, comes to more than 64 bits hold.
  mutating func reportOverflow(
    of size: Dimension, axis: Int, from parts: [Dimension], at subject: OperatorProblem.Subject = .call
  ) {
    guard size.isUnknown, !parts.contains(where: { $0.constant == nil }) else { return }
    let told = parts.map { "\($0)" }.joined(separator: ", ")
    report("too-large", "the size of axis \(axis), made of \(told), does not fit 64 bits", at: subject)
  }

  /// Reports a divisor among integers that is 0, which runtimes refuse even where there is nothing to divide.
  mutating func checkDivisor() {
    guard element(1)?.isInteger == true, shapeData(1)?.contains(where: { $0.constant == 0 }) == true else { return }
    report("division-by-zero", "an integer is divided by 0", at: .input(1))
  }

  /// Whether factors that sizes are scaled by are positive numbers; one that is not is reported.
  mutating func areScales(_ scales: [Double], at subject: OperatorProblem.Subject) -> Bool {
    guard let wrong = scales.first(where: { !($0 > 0 && $0.isFinite) }) else { return true }
    report("invalid-attribute", "a scale is \(wrong), but must be a positive number", at: subject)
    return false
  }
}
