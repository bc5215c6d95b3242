import Tensors

extension OperatorRules {
  /// The least of any number of arguments, by broadcasting.
  package static let min = broadcasting("Min", data: Dimension.minimum) {
    $0.isNaN || $1.isNaN ? .nan : Swift.min($0, $1)
  }
}
