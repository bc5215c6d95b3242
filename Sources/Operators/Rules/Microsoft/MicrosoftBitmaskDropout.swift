import Tensors

extension MicrosoftRules {
  /// The input itself when a model runs, and its mask in words of 32 bits; it costs nothing.
  static let bitmaskDropout = rules(
    "BitmaskDropout",
    infer: { context in
      context.set(0, shape: context.shape(0))
      context.setBitmask(1, of: context.shape(0))
    },
    cost: { _ in .none })
}

extension InferenceContext {
  /// Gives result `index` the shape of a mask with a bit for each element of `shape`: `[ceil(count / 32)]` of `u32`.
  mutating func setBitmask(_ index: Int, of shape: Shape?) {
    let words = shape.map { IntegerArithmetic.ceiling($0.elementCount, 32) } ?? .unknown
    set(index, shape: Shape([words]))
    set(index, element: .u32)
  }
}
