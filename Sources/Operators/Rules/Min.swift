import Tensors

extension OperatorRules {
  /// The least of any number of arguments, by broadcasting.
  package static let min = broadcasting("Min", data: Dimension.minimum)
}
