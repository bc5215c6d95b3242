import Graphs
import Tensors

extension OperatorRules {
  /// The strings in one case, without stopwords: `[C]`, or `[1, C]`.
  ///
  /// Where all strings are dropped an empty one is left.
  package static let stringNormalizer = movement("StringNormalizer") { context in
    guard var shape = context.shape(0), (1...2).contains(shape.rank) else { return }
    var dropsStrings = false
    if case .strings(let words)? = context.attribute("stopwords") { dropsStrings = !words.isEmpty }
    if shape.rank == 2 { shape.dimensions[0] = 1 }
    if dropsStrings { shape.dimensions[shape.rank - 1] = .unknown }
    context.set(shape: shape)
  }
}
