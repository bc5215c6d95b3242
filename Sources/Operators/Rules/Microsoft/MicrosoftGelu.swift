extension MicrosoftRules {
  /// x · Φ(x), Φ being the normal distribution's function.
  static let gelu = delegating("Gelu", to: .gelu, inputs: [0]).pruned { $0.keepAxes() }
}
