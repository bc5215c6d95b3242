import Tensors

extension OperatorRules {
  /// Logical and, by broadcasting.
  package static let and = broadcasting("And", result: .bool, data: IntegerArithmetic.and)
}
