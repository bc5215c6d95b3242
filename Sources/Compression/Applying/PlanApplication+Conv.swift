import Graphs
import Rewriting
import Tensors

extension PlanApplication {
  /// Conv: integers are convolved, the result is scaled, and the bias added.
  mutating func applyConvInteger(_ layer: LayerPlan) {
    let node = layer.node
    guard let weight = layer.weights.first, let quantized = tensor(weight), let first = rewriter.input(node, 0),
      let result = rewriter.output(node)
    else { return }
    let name = rewriter.graph.values[result].name
    let attributes = rewriter.graph.nodes[node].attributes.filter { !Self.isImplied($0) }
    let bias = rewriter.input(node, 2)
    let numbers = quantizedActivation(first, before: node)
    guard let codes = argumentCodes(weight, for: node) else { return }
    let base = weight.weight.base
    let spatial = Array(repeating: 1, count: weight.weight.sizes.count - 2)
    let scale =
      quantized.parameterSizes.isEmpty
      ? codes.scale : store(.floats(quantized.scales, sizes: [quantized.scales.count] + spatial), like: base, "_scales")
    var inputs: [Value.ID?] = [numbers.codes, codes.codes, numbers.zeroPoint]
    // All channels have the same zero point, and 0 need not be given.
    if let zero = quantized.zeroPoints.first, zero != 0,
      let tensor = Tensor.integers(quantized.encoding.element, [Int(zero)], sizes: [])
    {
      inputs.append(store(tensor, like: base, "_zero"))
    }
    let product = insert("ConvInteger", inputs, attributes, result: name + "_int", before: node)
    let cast = insert(
      "Cast", [product], [Attribute("to", .int(Int64(ElementType.f32.rawValue)))],
      result: name + "_cast", before: node)
    let scales = insert("Mul", [numbers.scale, scale], result: name + "_scale", before: node)
    guard let bias else { return finish(node, "Mul", [cast, scales]) }
    let scaled = insert("Mul", [cast, scales], result: name + "_scaled", before: node)
    finish(node, "Add", [scaled, channelBias(bias, spatial, before: node)])
  }

  /// Whether an attribute says what holds without it.
  private static func isImplied(_ attribute: Attribute) -> Bool {
    switch (attribute.name, attribute.value) {
    case ("dilations", .ints(let values)), ("strides", .ints(let values)): values.allSatisfy { $0 == 1 }
    case ("pads", .ints(let values)): values.allSatisfy { $0 == 0 }
    case ("group", .int(let value)): value == 1
    // The kernel's own sizes.
    case ("kernel_shape", _): true
    default: false
    }
  }

  /// The bias `[M]` as `[M, 1, …]`: a stored one anew, a computed one by a Reshape.
  private mutating func channelBias(_ bias: Value.ID, _ spatial: [Int], before node: Node.ID) -> Value.ID {
    let name = rewriter.graph.values[bias].name
    if var tensor = rewriter.tensor(bias), tensor.sizes.count == 1, rewriter.users[bias.index].count == 1,
      rewriter.outputUses[bias.index] == 0
    {
      tensor.sizes += spatial
      return store(tensor, like: bias, "_c")
    }
    let sizes = Tensor.i64([-1] + spatial)
    let shape = rewriter.makeTensor(sizes, named: name + "_c_sizes", in: rewriter.graph.body)
    return insert("Reshape", [bias, shape], result: name + "_c", before: node)
  }
}
