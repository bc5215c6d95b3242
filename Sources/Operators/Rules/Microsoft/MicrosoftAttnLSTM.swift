import Tensors

extension MicrosoftRules {
  /// A long short-term memory that attends to a memory at every step; W takes what attention gives beside the input.
  ///
  /// Each step takes a MAC for every weight of every example; what attention takes is left out.
  static let attnLSTM = rules(
    "AttnLSTM",
    infer: { $0.infer(as: .lstm, inputs: [0, nil, 2]) },
    cost: { context in
      context.cost(as: .lstm, inputs: [0, 1, 2]) ?? .unknown
    })
}
