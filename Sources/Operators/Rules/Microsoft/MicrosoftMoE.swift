import Tensors

extension MicrosoftRules {
  /// Each token through its k best of many experts, and their outputs summed; the shape stays.
  ///
  /// A MAC for each weight of an expert, of its rows `[experts, inner, hidden]`, and of the way back.
  static let moE = rules(
    "MoE",
    infer: { $0.set(shape: $0.shape(0)) },
    cost: { context in
      context.expertCost(first: 2, third: 6)
    })
}
