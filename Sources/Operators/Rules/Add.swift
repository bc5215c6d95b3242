import Tensors

extension OperatorRules {
  /// Sums, by broadcasting.
  package static let add = broadcasting("Add", isTotal: true, data: { $0 + $1 }, fold: { $0 + $1 })
}
