import Tensors

extension OperatorRules {
  /// Powers, by broadcasting; the result has the type of the base.
  package static let pow = broadcasting("Pow") { base, exponent in
    exponent.constant.map(base.power) ?? .unknown
  }
}
