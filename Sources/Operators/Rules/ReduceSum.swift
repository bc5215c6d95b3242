import Tensors

extension OperatorRules {
  /// The sum over axes.
  package static let reduceSum = reduction("ReduceSum", operations: (1, 0)) { $0.reduce(0) { $0 + $1 } }
}
