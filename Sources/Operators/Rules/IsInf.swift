import Tensors

extension OperatorRules {
  /// Whether each element is infinite.
  package static let isInf = unary("IsInf", result: .bool)
}
