import Graphs
import Tensors

extension OperatorRules {
  /// Fourier transforms of windows that slide over a signal: `[N, L, 1 or 2]` to `[N, frames, bins, 2]`.
  ///
  /// There are `⌊(L − frame_length) / frame_step⌋ + 1` frames. A frame's length is input 3, or that of the window, or the
  /// signal's; one-sided transforms have half as many bins and one. Each frame takes a fast transform, and a product per
  /// sample for a window.
  package static let stft = OperatorRules(
    "STFT",
    infer: { context in
      guard context.requireRank(3...3, of: context.shape(0), "the signal", at: .input(0)),
        context.requireRank(1...1, of: context.shape(2), "the window", at: .input(2))
      else { return }
      let signal = context.shape(0)?.dimensions ?? [.unknown, .unknown, .unknown]
      let window = context.input(2).map { $0.type.shape?.dimensions[0] ?? .unknown }
      var length = window ?? signal[1]
      if context.input(3) != nil {
        let given = context.shapeDataInput(3)?.first ?? .unknown
        length =
          window.map { window in
            context.agree(
              window, given, at: .input(3), "the window has \(window) elements, but `frame_length` is \(given)")
          } ?? given
      }
      let isOneSided = (context.int("onesided") ?? 1) != 0
      let bins = isOneSided ? length.floorDivided(by: 2) + 1 : length
      context.set(shape: Shape([signal[0], context.frames(of: signal[1], length: length), bins, 2]))
    },
    cost: { context in
      guard let output = context.output(), output.count == 4 else { return Cost(flops: .unknown) }
      let isOneSided = (context.attribute("onesided")?.int ?? 1) != 0
      // Without a window, the even one of the two lengths that give as many bins.
      let length = context.input(2)?.first ?? (isOneSided ? (output[2] - 1) * 2 : output[2])
      let windowing = context.has(2) ? length : 0
      return Cost(flops: output[0] * output[1] * (Cost.fourierTransform(of: length) + windowing))
    })
}

extension InferenceContext {
  fileprivate mutating func frames(of signal: Dimension, length: Dimension) -> Dimension {
    guard let step = shapeDataInput(1)?.first else { return .unknown }
    if (-step).isProvablyAtLeast(0) {
      report("invalid-attribute", "`frame_step` is \(step), but must be positive", at: .input(1))
      return .unknown
    }
    if length.isProvablyAtLeast(signal + 1) {
      report("negative-size", "a frame has \(length) samples, but the signal only \(signal)")
      return .unknown
    }
    return step.isProvablyAtLeast(1) ? (signal - length).floorDivided(by: step) + 1 : .unknown
  }
}
