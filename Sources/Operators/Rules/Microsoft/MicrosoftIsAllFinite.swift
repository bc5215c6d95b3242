import Tensors

extension MicrosoftRules {
  /// Whether all elements of all arguments are finite, as a scalar: one operation for each of them.
  static let isAllFinite = rules(
    "IsAllFinite",
    infer: { context in
      context.set(shape: Shape([]))
      context.set(element: .bool)
    },
    cost: { context in
      Cost(flops: context.inputs.indices.reduce(0) { $0 + context.inputCount($1) })
    })
}
