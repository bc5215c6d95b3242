import Graphs
import Tensors

extension OperatorRules {
  /// The strings in one case, without stopwords: `[C]`, or `[1, C]`; what that takes follows the strings.
  ///
  /// Where no string is left there is an empty one, so that there are as many as there were and 1 at least.
  package static let stringNormalizer = OperatorRules(
    "StringNormalizer",
    infer: { context in
      guard var shape = context.shape(0), (1...2).contains(shape.rank) else { return }
      var dropsStrings = false
      if case .strings(let words)? = context.attribute("stopwords") { dropsStrings = !words.isEmpty }
      if shape.rank == 2 { shape.dimensions[0] = 1 }
      let last = shape.rank - 1
      shape.dimensions[last] = dropsStrings ? .unknown : Dimension.maximum(shape.dimensions[last], 1)
      context.set(shape: shape)
    },
    cost: { _ in Cost(flops: .unknown) })
}
