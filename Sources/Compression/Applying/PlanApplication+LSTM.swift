import Graphs
import Rewriting
import Tensors

extension PlanApplication {
  /// LSTM: ONNX Runtime's operator takes the weights `[directions, input, 4 · hidden]` as integers.
  mutating func applyDynamicLSTM(_ layer: LayerPlan) {
    let node = layer.node
    guard layer.weights.count == 2, let weight = tensor(layer.weights[0]), let recurrence = tensor(layer.weights[1])
    else { return }
    var inputs = rewriter.graph.nodes[node].inputs
    inputs += Array(repeating: nil, count: max(0, 8 - inputs.count))
    for (place, (planned, tensor)) in zip(layer.weights, [weight, recurrence]).enumerated() {
      let base = planned.weight.base
      // One scale for each direction, or one for each of its rows.
      var sizes = tensor.parameterSizes
      if sizes.count == 3 { sizes.removeLast() }
      inputs[1 + place] = store(tensor.transposedCodes, like: base, "_q")
      inputs.append(store(.floats(tensor.scales, sizes: sizes), like: base, "_scale"))
      let zeros = Tensor.integers(tensor.encoding.element, tensor.zeroPoints.map(Int.init), sizes: sizes)
      inputs.append(zeros.map { store($0, like: base, "_zero") })
    }
    let attributes = rewriter.graph.nodes[node].attributes.filter { $0.name != "layout" }
    rewriter.setOperator("DynamicQuantizeLSTM", domain: Self.microsoft, of: node)
    rewriter.rewrite(node, as: "DynamicQuantizeLSTM", inputs, attributes)
  }
}
