import Graphs
import Tensors

extension OperatorRules {
  /// Normalisation of each example over the axes from `axis` on.
  ///
  /// Operations per element: the sum of the mean, the difference from it, its square, the sum of the variance, the
  /// division by the deviation and the scale make six, a bias seven; what is done once a row is left out.
  package static let layerNormalization = OperatorRules(
    "LayerNormalization",
    infer: { context in
      context.normalizeTrailingAxes(parameters: [(1, "scale"), (2, "bias")], statistics: 1..<3)
    },
    cost: { context in
      context.elementwise(context.inputs.count > 2 && context.inputs[2] != nil ? 7 : 6)
    },
    decompose: { $0.layerNormalization() },
    pruning: { $0.normalizeTrailingAxes(parameters: [1, 2]) })
}

extension DecompositionContext {
  fileprivate mutating func layerNormalization() -> Bool {
    guard let x = input(0), let scale = input(1), let element = writer.known(x).type.element, let stash = stashType,
      let axes = trailingAxes(of: x), let stashed = cast(x, to: stash),
      let (normal, mean, deviation) = standardized(stashed, over: axes), let narrowed = cast(normal, to: element),
      var result = write("Mul", narrowed, scale)
    else { return false }
    if let bias = input(2) {
      guard let shifted = write("Add", result, bias) else { return false }
      result = shifted
    }
    results = [result]
    if call.outputCount > 1 { results.append(mean) }
    if call.outputCount > 2 {
      let isWanted = call.wants(2)
      guard let inverse = isWanted ? write("Reciprocal", deviation) : deviation else { return false }
      results.append(inverse)
    }
    return true
  }
}
