extension OperatorRules {
  /// Numbers of a normal distribution, in the shape of the argument.
  package static let randomNormalLike = randomTensorLike("RandomNormalLike")
}
