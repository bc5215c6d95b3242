import Tensors

extension MicrosoftRules {
  /// Range, with a step of 1 where none is given.
  static let range = rules(
    "Range",
    infer: { context in
      let step = context.borrowed(2) ?? (2, InferredValue(type: .tensor(TensorType(.i64, [])), elements: [1]))
      guard context.input(2) != nil || context.element(0)?.isInteger == true else {
        return context.set(shape: Shape([.unknown]))
      }
      context.infer(as: .range, [context.borrowed(0), context.borrowed(1), step])
    },
    cost: { $0.elementwise(1) })
}
