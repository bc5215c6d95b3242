import Tensors

extension OperatorRules {
  /// Whether each element is not a number.
  package static let isNaN = unary("IsNaN", result: .bool)
}
