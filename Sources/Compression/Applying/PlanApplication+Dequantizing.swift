import Graphs
import Rewriting
import Tensors

extension PlanApplication {
  /// Gather: codes are gathered, and become numbers with the tensor's scale or with their rows'.
  mutating func applyGather(_ layer: LayerPlan) {
    let node = layer.node
    guard let weight = layer.weights.first, let quantized = tensor(weight), let indices = rewriter.input(node, 1),
      let codes = argumentCodes(weight, for: node), let result = rewriter.output(node)
    else { return }
    let name = rewriter.graph.values[result].name
    let attributes = rewriter.graph.nodes[node].attributes
    let gathered = insert("Gather", [codes.codes, indices], attributes, result: name + "_q", before: node)
    guard !quantized.parameterSizes.isEmpty else {
      return finish(node, "DequantizeLinear", [gathered, codes.scale, codes.zeroPoint])
    }
    let rows = store(
      .floats(quantized.scales, sizes: [quantized.scales.count, 1]), like: weight.weight.base, "_row_scale")
    let scale = insert("Gather", [rows, indices], attributes, result: name + "_scale", before: node)
    let cast = insert(
      "Cast", [gathered], [Attribute("to", .int(Int64(ElementType.f32.rawValue)))], result: name + "_cast",
      before: node)
    finish(node, "Mul", [cast, scale])
  }

  /// Any node, on weights that are made of codes.
  mutating func applyDequantized(_ layer: LayerPlan) {
    let node = layer.node
    var inputs = rewriter.graph.nodes[node].inputs
    for weight in layer.weights {
      // ONNX Runtime 1.32 looks for the codes of a MatMul in the MatMul's own graph: from another one it gets numbers.
      let region = storedCodes(weight).flatMap { rewriter.region(of: $0.codes) }
      if region != rewriter.places[node.index], rewriter.outputUses[weight.weight.base.index] == 0 { continue }
      guard let quantized = tensor(weight), let codes = argumentCodes(weight, for: node) else { continue }
      // A channel of the stored tensor is one of the argument's.
      let rank = weight.weight.sizes.count
      let axis = (0..<rank).first {
        weight.encoding.granularity == weight.weight.storedAxis(of: $0).map { .channel(axis: $0) }
      }
      inputs[weight.weight.place] = dequantized(
        codes, quantized, axis: axis, like: weight.weight.argument, before: node)
    }
    rewriter.rewire(node, inputs)
  }

  /// The numbers that codes stand for.
  ///
  /// DequantizeLinear knows an axis from operator set 13 on; before, codes are cast, moved and multiplied.
  /// - Parameter axis: the axis of the codes that scales are along; `nil` for that of the stored tensor.
  mutating func dequantized(
    _ codes: StoredCodes, _ tensor: QuantizedTensor, axis: Int?, like value: Value.ID, before node: Node.ID
  ) -> Value.ID {
    let name = rewriter.graph.values[value].name + "_dequantized"
    var attributes: [Attribute] = []
    if case .channel(let own) = tensor.encoding.granularity {
      let axis = axis ?? own
      guard plan.opset >= 13 else {
        let after = Array(repeating: 1, count: tensor.source.sizes.count - 1 - axis)
        let scale = store(.floats(tensor.scales, sizes: [tensor.scales.count] + after), like: value, "_channel_scale")
        var numbers = insert(
          "Cast", [codes.codes], [Attribute("to", .int(Int64(ElementType.f32.rawValue)))], result: name + "_cast",
          before: node)
        if tensor.zeroPoints.contains(where: { $0 != 0 }) {
          let zeros = store(
            .floats(tensor.zeroPoints.map(Float.init), sizes: [tensor.scales.count] + after), like: value,
            "_channel_zero")
          numbers = insert("Sub", [numbers, zeros], result: name + "_centred", before: node)
        }
        return insert("Mul", [numbers, scale], result: name, before: node)
      }
      attributes.append(Attribute("axis", .int(Int64(axis))))
    }
    if case .blocks(let axis, let size) = tensor.encoding.granularity {
      attributes += [Attribute("axis", .int(Int64(axis))), Attribute("block_size", .int(Int64(size)))]
    }
    return insert(
      "DequantizeLinear", [codes.codes, codes.scale, codes.zeroPoint], attributes, result: name, before: node)
  }
}
