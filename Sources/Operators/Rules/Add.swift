import Tensors

extension OperatorRules {
  /// Sums, by broadcasting.
  package static let add = broadcasting("Add") { $0 + $1 }
}
