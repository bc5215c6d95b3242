extension OperatorRules {
  /// Numbers of a uniform distribution, in a shape given.
  package static let randomUniform = randomTensor("RandomUniform")
}
