import Tensors

extension OperatorRules {
  /// The greatest of any number of arguments, by broadcasting.
  package static let max = broadcasting("Max", data: Dimension.maximum) {
    $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1)
  }
}
