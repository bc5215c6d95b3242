import Tensors

extension OperatorRules {
  /// Running products along an axis.
  package static let cumProd = runningTotal("CumProd", neutral: 1) { $0 * $1 }
}
