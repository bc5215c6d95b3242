import Graphs
import Rewriting
import Tensors

extension PlanApplication {
  /// A node with DequantizeLinear in front of it, and QuantizeLinear behind it where its result is quantized.
  mutating func applyQuantized(_ layer: LayerPlan) {
    let node = layer.node
    guard let placement = placements[node], let activation = plan.activations[placement.input],
      let weight = layer.weights.first, let tensor = tensor(weight), let codes = argumentCodes(weight, for: node)
    else { return }
    var inputs = rewriter.graph.nodes[node].inputs
    // Behind a quantized result the input has been replaced already.
    if inputs[0] == placement.input {
      inputs[0] = quantizedValues[placement.input] ?? quantize(placement.input, activation, before: node)
    }
    inputs[1] = dequantizedWeight(weight, codes, tensor, before: node)
    if let bias = rewriter.staticBias(of: node), let value = rewriter.input(node, 2),
      let numbers = integerBias(bias, like: value, activation, tensor, before: node)
    {
      inputs[2] = numbers
    }
    rewriter.rewire(node, inputs)
    if let output = placement.output, let parameters = plan.activations[output] { quantizeResult(output, parameters) }
  }

  /// Puts the codes of a value in front of a node, and gives the numbers that they stand for.
  private mutating func quantize(_ value: Value.ID, _ parameters: AffineParameters, before node: Node.ID) -> Value.ID {
    let name = rewriter.graph.values[value].name
    let scale = store(.floats([parameters.scale], sizes: []), like: value, "_scale")
    let zeroPoint = Tensor.integers(QuantizationPlan.activationElement, [Int(parameters.zeroPoint)], sizes: []).map {
      store($0, like: value, "_zero_point")
    }
    let codes = insert("QuantizeLinear", [value, scale, zeroPoint], result: name + "_quantized", before: node)
    let numbers = insert("DequantizeLinear", [codes, scale, zeroPoint], result: name + "_dequantized", before: node)
    quantizedValues[value] = numbers
    return numbers
  }

  /// Makes all that take a value take what its codes stand for.
  private mutating func quantizeResult(_ value: Value.ID, _ parameters: AffineParameters) {
    guard quantizedValues[value] == nil else { return }
    let users = Set(rewriter.users[value.index])
    guard let first = rewriter.graph.regions[rewriter.graph.body].nodes.first(where: users.contains) else { return }
    let numbers = quantize(value, parameters, before: first)
    for user in users {
      rewriter.setInputs(rewriter.graph.nodes[user].inputs.map { $0 == value ? numbers : $0 }, of: user)
    }
  }

  /// The numbers of a weight as the node takes them.
  ///
  /// ONNX's DequantizeLinear knows scales along an axis from operator set 13 on; before, ONNX Runtime's own stands for it.
  private mutating func dequantizedWeight(
    _ weight: PlannedWeight, _ codes: StoredCodes, _ tensor: QuantizedTensor, before node: Node.ID
  ) -> Value.ID {
    let stored = weight.weight
    let axis = stored.sizes.indices.first { axis in
      weight.encoding.granularity == stored.storedAxis(of: axis).map { .channel(axis: $0) }
    }
    return dequantize(
      [codes.codes, codes.scale, codes.zeroPoint], axis: axis,
      named: rewriter.graph.values[stored.argument].name + "_dequantized", before: node)
  }

  /// A bias in 32 bits; `nil` where its length is none of the weight's channels.
  private mutating func integerBias(
    _ bias: [Float], like value: Value.ID, _ activation: AffineParameters, _ tensor: QuantizedTensor,
    before node: Node.ID
  ) -> Value.ID? {
    let isPerChannel = !tensor.parameterSizes.isEmpty
    guard !isPerChannel || tensor.scales.count == bias.count else { return nil }
    let scales = tensor.scales.map { activation.scale * $0 }
    guard scales.allSatisfy({ $0 >= .leastNormalMagnitude && $0.isFinite }) else { return nil }
    let codes = bias.indices.map { channel in
      let code = (Double(bias[channel]) / Double(scales[isPerChannel ? channel : 0])).rounded(.toNearestOrEven)
      return Int(min(max(code, Double(Int32.min)), Double(Int32.max)))
    }
    guard let integers = Tensor.integers(.i32, codes) else { return nil }
    let arguments = [
      store(integers, like: value, "_quantized"),
      store(.floats(scales, sizes: isPerChannel ? [scales.count] : []), like: value, "_scale"),
    ]
    return dequantize(
      arguments, axis: isPerChannel ? 0 : nil, named: rewriter.graph.values[value].name + "_dequantized", before: node)
  }

  private mutating func dequantize(
    _ arguments: [Value.ID?], axis: Int?, named name: String, before node: Node.ID
  ) -> Value.ID {
    let isMicrosoft = axis != nil && plan.opset < Self.axisOpset
    if isMicrosoft { usesMicrosoft = true }
    return insert(
      "DequantizeLinear", domain: isMicrosoft ? Self.microsoft : "", arguments,
      axis.map { [Attribute("axis", .int(Int64($0)))] } ?? [], result: name, before: node)
  }

  /// The operator set from which on DequantizeLinear has an axis.
  private static let axisOpset = 13
}
