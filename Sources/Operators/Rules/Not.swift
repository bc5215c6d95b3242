import Tensors

extension OperatorRules {
  /// Logical negation of each element.
  package static let not = unary("Not", result: .bool) { element in
    element.constant.map { $0 == 0 ? 1 : 0 } ?? .unknown
  }
}
