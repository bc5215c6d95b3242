extension OperatorRules {
  /// Numbers of a uniform distribution, in the shape of the argument.
  package static let randomUniformLike = randomTensorLike("RandomUniformLike")
}
