import Graphs
import Tensors

extension OperatorRules {
  /// The strings in one case, without stopwords: `[C]`, or `[1, C]`; what that takes follows the strings.
  ///
  /// Where no string is left there is an empty one, so that `C` is kept only where it is known to be 1 or more.
  package static let stringNormalizer = OperatorRules(
    "StringNormalizer",
    infer: { context in
      guard var shape = context.shape(0), (1...2).contains(shape.rank) else { return }
      var dropsStrings = false
      if case .strings(let words)? = context.attribute("stopwords") { dropsStrings = !words.isEmpty }
      if shape.rank == 2 { shape.dimensions[0] = 1 }
      let last = shape.rank - 1
      if dropsStrings || !shape.dimensions[last].isProvablyAtLeast(1) { shape.dimensions[last] = .unknown }
      context.set(shape: shape)
    },
    cost: { _ in Cost(flops: .unknown) })
}
