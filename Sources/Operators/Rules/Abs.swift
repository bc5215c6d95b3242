extension OperatorRules {
  /// The magnitude of each element.
  package static let abs = unary("Abs", data: IntegerArithmetic.absolute) { $0.magnitude }
}
