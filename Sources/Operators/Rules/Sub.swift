import Tensors

extension OperatorRules {
  /// Differences, by broadcasting.
  package static let sub = broadcasting("Sub", isTotal: true, data: { $0 - $1 }, fold: { $0 - $1 })
}
