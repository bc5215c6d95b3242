extension OperatorRules {
  /// log(1 + exp(x)).
  package static let softplus = unary("Softplus")
}
