import Graphs
import Rewriting
import Tensors

extension PlanApplication {
  /// MatMul and Gemm: integers are multiplied, and the product is scaled.
  ///
  /// Cast and the two products stand as ONNX Runtime's own quantizer writes them: its optimizer makes one node of them.
  mutating func applyMatMulInteger(_ layer: LayerPlan) {
    let node = layer.node
    guard let weight = layer.weights.first, let quantized = tensor(weight), let first = rewriter.input(node, 0),
      let result = rewriter.output(node)
    else { return }
    let name = rewriter.graph.values[result].name
    let isGemm = layer.operatorType == "Gemm"
    var activation = first
    if isGemm, rewriter.int(node, "transA") ?? 0 != 0 {
      activation = insert(
        "Transpose", [first], [Attribute("perm", .ints([1, 0]))], result: name + "_transposed", before: node)
    }
    let numbers = quantizedActivation(activation, before: node)
    guard
      let codes = isGemm && rewriter.int(node, "transB") ?? 0 != 0
        ? transposedCodes(weight, quantized, for: node) : argumentCodes(weight, for: node)
    else { return }
    let zeroPoint = quantized.shortZeroPointTensor.map { store($0, like: weight.weight.base, "_zero") }
    let product = insert(
      "MatMulInteger", [numbers.codes, codes.codes, numbers.zeroPoint, zeroPoint],
      result: name + "_int", before: node)
    let cast = insert(
      "Cast", [product], [Attribute("to", .int(Int64(ElementType.f32.rawValue)))],
      result: name + "_cast", before: node)
    let scale = insert("Mul", [numbers.scale, codes.scale], result: name + "_scale", before: node)
    if isGemm {
      let product = isPlainGemm(node) ? nil : insert("Mul", [cast, scale], result: name + "_product", before: node)
      finishGemm(node, product, name) { $0.finish(node, "Mul", [cast, scale]) }
    } else {
      finish(node, "Mul", [cast, scale])
    }
  }

  /// Makes a node the last of those that it becomes.
  mutating func finish(
    _ node: Node.ID, _ operatorType: String, domain: String = "", _ inputs: [Value.ID?], _ attributes: [Attribute] = []
  ) {
    rewriter.setOperator(operatorType, domain: domain, of: node)
    rewriter.rewrite(node, as: operatorType, inputs, attributes)
  }

  /// Whether a Gemm is a product and nothing else.
  private func isPlainGemm(_ node: Node.ID) -> Bool {
    let alpha = rewriter.graph.nodes[node][attribute: "alpha"]?.float ?? 1
    let beta = rewriter.graph.nodes[node][attribute: "beta"]?.float ?? 1
    return alpha == 1 && (beta == 0 || rewriter.input(node, 2) == nil)
  }

  /// α · product + β · addend.
  ///
  /// - Parameters:
  ///   - product: the product; `nil` where there is nothing else.
  ///   - finishProduct: makes the node the product itself.
  private mutating func finishGemm(
    _ node: Node.ID, _ product: Value.ID?, _ name: String, _ finishProduct: (inout PlanApplication) -> Void
  ) {
    guard var sum = product else { return finishProduct(&self) }
    let alpha = rewriter.graph.nodes[node][attribute: "alpha"]?.float ?? 1
    let beta = rewriter.graph.nodes[node][attribute: "beta"]?.float ?? 1
    let addend = beta == 0 ? nil : rewriter.input(node, 2)
    if alpha != 1 {
      let factor = rewriter.makeTensor(.floats([alpha], sizes: []), named: name + "_alpha", in: rewriter.graph.body)
      guard addend != nil else { return finish(node, "Mul", [sum, factor]) }
      sum = insert("Mul", [sum, factor], result: name + "_scaled", before: node)
    }
    guard var addend else { return }
    if beta != 1 {
      let factor = rewriter.makeTensor(.floats([beta], sizes: []), named: name + "_beta", in: rewriter.graph.body)
      addend = insert("Mul", [addend, factor], result: name + "_addend", before: node)
    }
    finish(node, "Add", [sum, addend])
  }

  /// MatMul and Gemm: a product with a matrix in blocks.
  mutating func applyMatMulNBits(_ layer: LayerPlan) {
    let node = layer.node
    guard let weight = layer.weights.first, let first = rewriter.input(node, 0), let result = rewriter.output(node),
      let (matrix, codes) = blockCodes(weight)
    else { return }
    let name = rewriter.graph.values[result].name
    let isGemm = layer.operatorType == "Gemm"
    var activation = first
    if isGemm, rewriter.int(node, "transA") ?? 0 != 0 {
      activation = insert(
        "Transpose", [first], [Attribute("perm", .ints([1, 0]))], result: name + "_transposed", before: node)
    }
    let inputs = [activation, codes.codes, codes.scale] + (codes.zeroPoint.map { [$0] } ?? [])
    let attributes = [
      Attribute("K", .int(Int64(matrix.rows))), Attribute("N", .int(Int64(matrix.columns))),
      Attribute("bits", .int(Int64(matrix.encoding.bits))), Attribute("block_size", .int(Int64(matrix.encoding.size))),
    ]
    if !isGemm || isPlainGemm(node) {
      return finish(node, "MatMulNBits", domain: Self.microsoft, inputs, attributes)
    }
    let product = insert(
      "MatMulNBits", domain: Self.microsoft, inputs, attributes, result: name + "_product", before: node)
    finishGemm(node, product, name) { _ in }
  }

  /// The codes of a matrix that Gemm takes transposed.
  private mutating func transposedCodes(
    _ weight: PlannedWeight, _ tensor: QuantizedTensor, for node: Node.ID
  ) -> StoredCodes? {
    let base = weight.weight.base
    let isAlone =
      rewriter.users[base.index].count == 1 && rewriter.outputUses[base.index] == 0 && weight.weight.steps.isEmpty
    if isAlone {
      return StoredCodes(
        codes: store(tensor.transposedCodes, like: base, "_q"),
        scale: store(tensor.scaleTensor, like: base, "_scale"),
        zeroPoint: tensor.zeroPointTensor.map { store($0, like: base, "_zero") })
    }
    guard var codes = argumentCodes(weight, for: node) else { return nil }
    let name = rewriter.graph.values[base].name
    codes.codes = insert(
      "Transpose", [codes.codes], [Attribute("perm", .ints([1, 0]))], result: name + "_transposed", before: node)
    return codes
  }
}
