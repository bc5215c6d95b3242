import Graphs
import Tensors

extension OperatorRules {
  /// Division of each element by what the squares of `size` channels around it come to (Krizhevsky and others, 2012).
  ///
  /// Operations per element: its square, a sum for each of the channels, the scale, the bias, the power, the division.
  package static let lrn = OperatorRules(
    "LRN",
    infer: { context in
      context.set(shape: context.shape(0))
      _ = context.positiveAttribute("size")
    },
    cost: { context in
      let size = context.attribute("size")?.int ?? 1
      return Cost(flops: context.outputCount() * (Dimension(Int(clamping: size)) + 5))
    })
}
