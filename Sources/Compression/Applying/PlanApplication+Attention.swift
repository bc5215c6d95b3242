import Graphs
import Rewriting

extension PlanApplication {
  /// Attention of ONNX Runtime: its integer form takes scales and zero points between the other inputs.
  mutating func applyAttention(_ layer: LayerPlan) {
    let node = layer.node
    guard let weight = layer.weights.first, let first = rewriter.input(node, 0),
      let codes = argumentCodes(weight, for: node)
    else { return }
    let numbers = quantizedActivation(first, before: node)
    let (bias, mask, past) = (rewriter.input(node, 2), rewriter.input(node, 3), rewriter.input(node, 4))
    var inputs: [Value.ID?] = [
      numbers.codes, codes.codes, bias, numbers.scale, codes.scale, mask, numbers.zeroPoint, codes.zeroPoint, past,
    ]
    while inputs.last == .some(nil) { inputs.removeLast() }
    finish(node, "QAttention", domain: Self.microsoft, inputs, rewriter.graph.nodes[node].attributes)
  }
}
