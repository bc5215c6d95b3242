import Tensors

extension MicrosoftRules {
  /// Each token through its k best of many experts, of quantized weights, and their outputs summed; the shape stays.
  ///
  /// A MAC for each weight of an expert, of the rows `[experts, inner, hidden]` as they are before packing, and of the way back.
  static let qMoE = rules(
    "QMoE",
    infer: { $0.set(shape: $0.shape(0)) },
    cost: { context in
      context.expertCost(first: 2, third: 8)
    })
}
