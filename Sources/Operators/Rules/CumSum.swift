import Tensors

extension OperatorRules {
  /// Running sums along an axis.
  package static let cumSum = runningTotal("CumSum", neutral: 0) { $0 + $1 }
}
