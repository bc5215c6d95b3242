import Tensors

extension OperatorRules {
  /// Differences, by broadcasting.
  package static let sub = broadcasting("Sub") { $0 - $1 }
}
