import Tensors

extension OperatorRules {
  /// Logical or, by broadcasting.
  package static let or = broadcasting("Or", result: .bool, data: IntegerArithmetic.or)
}
