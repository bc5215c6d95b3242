import Tensors

extension MicrosoftRules {
  /// A 32-bit hash of each element, unsigned where `positive` is 1; counted as one operation.
  static let murmurHash3 = rules(
    "MurmurHash3",
    infer: { context in
      context.set(shape: context.shape(0))
      context.set(element: context.int("positive") == 0 ? .i32 : .u32)
    },
    cost: { $0.elementwise(1) })
}
