import Graphs
import Tensors

extension OperatorRules {
  /// Division of each example by its root mean square over the axes from `axis` on.
  ///
  /// Four operations per element: the square, the sum, the division and the scale; what is done once a row is left out.
  package static let rmsNormalization = OperatorRules(
    "RMSNormalization",
    infer: { $0.normalizeTrailingAxes(parameters: [(1, "scale")], statistics: 1..<1) },
    cost: { $0.elementwise(4) },
    decompose: { context in
      guard let x = context.input(0), let scale = context.input(1),
        let element = context.writer.known(scale).type.element ?? context.writer.known(x).type.element,
        let stash = context.stashType, let axes = context.trailingAxes(of: x), let stashed = context.cast(x, to: stash),
        let root = context.rootMeanSquare(stashed, over: axes), let normal = context.write("Div", stashed, root),
        let narrowed = context.cast(normal, to: element), let result = context.write("Mul", narrowed, scale)
      else { return false }
      context.results = [result]
      return true
    },
    pruning: { $0.normalizeTrailingAxes(parameters: [1]) })
}
