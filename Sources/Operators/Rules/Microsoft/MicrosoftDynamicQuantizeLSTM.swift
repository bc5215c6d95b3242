import Tensors

extension MicrosoftRules {
  /// A long short-term memory with 8-bit weights, which stand transposed: `[directions, D, 4H]`.
  static let dynamicQuantizeLSTM = rules(
    "DynamicQuantizeLSTM",
    infer: { context in
      context.infer(as: .lstm, [context.borrowed(0), context.transposedWeight(1), context.transposedWeight(2)])
    },
    cost: { context in
      context.cost(as: .lstm, inputs: [0, 1, 2]) ?? .unknown
    })
}

extension InferenceContext {
  /// A weight with its last two axes exchanged.
  fileprivate func transposedWeight(_ index: Int) -> BorrowedArgument? {
    guard var argument = borrowed(index) else { return nil }
    argument.value.elements = nil
    argument.value.constant = nil
    if let sizes = shape(index)?.dimensions, sizes.count == 3 {
      argument.value.type = .tensor(TensorType(element(index), [sizes[0], sizes[2], sizes[1]]))
    }
    return argument
  }
}
