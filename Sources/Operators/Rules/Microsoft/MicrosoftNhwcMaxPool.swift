extension MicrosoftRules {
  /// MaxPool of `[N, …, C]`.
  static let nhwcMaxPool = delegatingChannelsLast("NhwcMaxPool", to: .maxPool, inputs: [0], isAlways: true)
}
