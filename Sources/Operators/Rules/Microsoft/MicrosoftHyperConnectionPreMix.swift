import Tensors

extension MicrosoftRules {
  /// The sum of C streams, `[…, C, H]` or `[…, C · H]`, weighted by gates, to `[…, H]`: a MAC per element of the streams.
  static let hyperConnectionPreMix = rules(
    "HyperConnectionPreMix",
    infer: { context in
      guard let streams = context.shape(0)?.dimensions, let width = streams.last else { return }
      let branches = context.int("num_branches") ?? 0
      if branches > 0 {
        context.set(shape: Shape(streams.dropLast() + [width.floorDivided(by: Dimension(branches))]))
      } else if streams.count >= 2 {
        context.set(shape: Shape(streams.dropLast(2) + [width]))
      }
    },
    cost: { .products($0.inputCount()) })
}
