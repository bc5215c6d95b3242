import Tensors

extension OperatorRules {
  /// Powers, by broadcasting; the result has the type of the base.
  ///
  /// Runtimes compute them in double precision, which holds integers up to 2^53.
  package static let pow = broadcasting("Pow") { base, exponent in
    let power = exponent.constant.map(base.power) ?? .unknown
    return power.constant.map { $0.magnitude > 1 << 53 } ?? false ? .unknown : power
  }
}
