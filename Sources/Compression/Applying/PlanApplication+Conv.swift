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
    let attributes = rewriter.graph.nodes[node].attributes
    let bias = rewriter.input(node, 2)
    let numbers = quantizedActivation(first, before: node)
    guard let codes = argumentCodes(weight, for: node) else { return }
    let base = weight.weight.base
    var (scale, zeroPoint) = (codes.scale, codes.zeroPoint)
    let spatial = Array(repeating: 1, count: weight.weight.sizes.count - 2)
    if quantized.scales.count > 1 || !quantized.parameterSizes.isEmpty {
      scale = store(.floats(quantized.scales, sizes: [quantized.scales.count] + spatial), like: base, "_channel_scale")
      let zero = Int(quantized.zeroPoints.first ?? 0)
      zeroPoint = Tensor.integers(quantized.encoding.element, [zero], sizes: []).map {
        store($0, like: base, "_channel_zero_point")
      }
    }
    let product = insert(
      "ConvInteger", [numbers.codes, codes.codes, numbers.zeroPoint, zeroPoint], attributes,
      result: name + "_integer", before: node)
    let cast = insert(
      "Cast", [product], [Attribute("to", .int(Int64(ElementType.f32.rawValue)))],
      result: name + "_cast", before: node)
    let scales = insert("Mul", [numbers.scale, scale], result: name + "_scale", before: node)
    guard let bias else { return finish(node, "Mul", [cast, scales]) }
    let scaled = insert("Mul", [cast, scales], result: name + "_scaled", before: node)
    finish(node, "Add", [scaled, channelBias(bias, spatial, before: node)])
  }

  /// The bias `[M]` as `[M, 1, …]`: a stored one anew, a computed one by a Reshape.
  private mutating func channelBias(_ bias: Value.ID, _ spatial: [Int], before node: Node.ID) -> Value.ID {
    let name = rewriter.graph.values[bias].name
    if var tensor = rewriter.tensor(bias), tensor.sizes.count == 1, rewriter.users[bias.index].count == 1,
      rewriter.outputUses[bias.index] == 0
    {
      tensor.sizes += spatial
      return store(tensor, like: bias, "_channel")
    }
    let sizes = Tensor.i64([-1] + spatial)
    let shape = rewriter.makeTensor(sizes, named: name + "_channel_shape", in: rewriter.graph.body)
    return insert("Reshape", [bias, shape], result: name + "_channel", before: node)
  }
}
