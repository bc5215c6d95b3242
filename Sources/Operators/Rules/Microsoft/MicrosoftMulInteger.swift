import Tensors

extension MicrosoftRules {
  /// Products of 8-bit integers into `i32`, broadcast: one operation per element.
  static let mulInteger = rules(
    "MulInteger",
    infer: { context in
      context.infer(as: .mul, inputs: [0, 2])
      context.set(element: .i32)
    },
    cost: { $0.elementwise(1) })
}
