import Graphs
import Tensors

extension OperatorRules {
  /// Draws from the distributions whose logarithms are the rows of `[N, classes]`: `[N, sample_size]` indices.
  ///
  /// The exponential and the running sum of each probability, and the comparisons of a bisection for each draw.
  package static let multinomial = OperatorRules(
    "Multinomial",
    infer: { context in
      context.set(element: context.elementType("dtype") ?? .i32)
      guard context.requireRank(2...2, of: context.shape(0), "the input", at: .input(0)),
        let count = context.positiveAttribute("sample_size")
      else { return }
      context.set(shape: Shape([context.shape(0)?.dimensions[0] ?? .unknown, Dimension(count)]))
    },
    cost: { context in
      guard let classes = context.input(0)?.last?.constant else { return Cost(flops: .unknown) }
      return Cost(
        flops: context.inputCount() * 2 + context.outputCount() * Dimension(Cost.logarithm(of: classes) + 1))
    })
}
