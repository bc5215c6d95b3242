import Tensors

extension OperatorRules {
  /// Convolution of 8-bit integers, sums being `i32`: the shapes and the MACs of Conv.
  ///
  /// A zero point takes one operation for each element that it is subtracted from.
  package static let convInteger = OperatorRules(
    "ConvInteger",
    infer: { $0.convolve(bias: nil) },
    cost: { .products($0.convolutionProducts(), others: $0.zeroPoints([(0, 2), (1, 3)])) })
}

extension CostContext {
  /// One operation per element of each argument whose zero point the call has.
  func zeroPoints(_ places: [(tensor: Int, zeroPoint: Int)]) -> Dimension {
    places.reduce(0) { $0 + (has($1.zeroPoint) ? inputCount($1.tensor) : 0) }
  }
}
