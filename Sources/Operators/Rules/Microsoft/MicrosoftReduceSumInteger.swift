extension MicrosoftRules {
  /// The sum of 8-bit integers over axes.
  static let reduceSumInteger = delegating("ReduceSumInteger", to: .reduceSum, inputs: [0])
}
