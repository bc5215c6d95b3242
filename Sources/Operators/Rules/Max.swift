import Tensors

extension OperatorRules {
  /// The greatest of any number of arguments, by broadcasting.
  package static let max = broadcasting("Max", data: Dimension.maximum)
}
