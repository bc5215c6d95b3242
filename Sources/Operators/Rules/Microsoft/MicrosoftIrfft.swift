import Tensors

extension MicrosoftRules {
  /// The signal `[…, n]` of a one-sided Fourier transform `[…, n/2 + 1, 2]`, n being even.
  ///
  /// Its cost depends on the factors of n and is not known.
  static let irfft = rules(
    "Irfft",
    infer: { context in
      guard context.int("signal_ndim") == 1, let sizes = context.shape(0)?.dimensions, sizes.count >= 2 else { return }
      context.set(shape: Shape(sizes.dropLast(2) + [(sizes[sizes.count - 2] - 1) * 2]))
    },
    cost: { _ in .unknown })
}
