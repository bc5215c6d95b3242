extension OperatorRules {
  /// Numbers of a normal distribution, in a shape given.
  package static let randomNormal = randomTensor("RandomNormal")
}
