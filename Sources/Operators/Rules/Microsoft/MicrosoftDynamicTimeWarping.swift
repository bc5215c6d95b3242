import Tensors

extension MicrosoftRules {
  /// The cheapest path through a matrix of costs, `[2, length]`; an addition and two comparisons per cost.
  static let dynamicTimeWarping = rules(
    "DynamicTimeWarping",
    infer: { context in
      context.set(shape: Shape([2, .unknown]))
    },
    cost: { $0.perInput(3) })
}
