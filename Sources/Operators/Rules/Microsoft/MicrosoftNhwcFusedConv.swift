extension MicrosoftRules {
  /// Conv of `[N, …, C]` with a weight `[M, C / group, kernel…]`, an optional addend and an activation.
  ///
  /// One operation per element for each of these.
  static let nhwcFusedConv = {
    var rules = delegatingChannelsLast(
      "NhwcFusedConv", to: .conv, inputs: [0, 1, 2], isAlways: true, optional: [3])
    let cost = rules.cost
    rules.cost = { context in (cost?(context) ?? .unknown) + context.elementwise(1) }
    return rules
  }()
}
