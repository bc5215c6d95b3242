import Tensors

extension MicrosoftRules {
  /// The one-sided Fourier transform of `[…, n]` to `[…, n/2 + 1, 2]`.
  ///
  /// Its cost depends on the factors of n and is not known.
  static let rfft = rules(
    "Rfft",
    infer: { context in
      guard context.int("signal_ndim") == 1, let sizes = context.shape(0)?.dimensions, let length = sizes.last else {
        return
      }
      context.set(shape: Shape(sizes.dropLast() + [length.floorDivided(by: 2) + 1, 2]))
    },
    cost: { _ in .unknown })
}
