import Tensors

extension OperatorRules {
  /// Logical exclusive or, by broadcasting.
  package static let xor = broadcasting("Xor", result: .bool, data: IntegerArithmetic.xor)
}
