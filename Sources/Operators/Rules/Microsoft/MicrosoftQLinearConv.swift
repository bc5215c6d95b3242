extension MicrosoftRules {
  /// Conv of quantized tensors, with the channels at the end where `channels_last` says so.
  static let qLinearConv = delegatingChannelsLast("QLinearConv", to: .qLinearConv, inputs: Array(0...8))
}
