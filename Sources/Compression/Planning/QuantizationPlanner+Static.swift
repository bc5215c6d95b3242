import Graphs
import Rewriting
import Tensors

/// What static quantization does with each operator.
extension QuantizationPlanner {
  func staticMatMul(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else {
      let isLeft = rewriter.storedWeight(of: node, at: 0) != nil
      throw Refusal(reason: isLeft ? "its weight is the left factor" : "both factors are computed")
    }
    guard weight.sizes.count >= 2 else { throw Refusal(reason: "its weight is a vector") }
    try checkStaticActivation(of: node)
    return (.quantized, [try symmetric(weight, channel: weight.sizes.count == 2 ? 1 : nil)])
  }

  func staticGemm(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else {
      throw Refusal(reason: "its second factor is computed")
    }
    guard weight.sizes.count == 2 else { throw Refusal(reason: "its weight is no matrix") }
    try checkStaticActivation(of: node)
    let channel = rewriter.int(node, "transB") ?? 0 != 0 ? 0 : 1
    return (.quantized, [try symmetric(weight, channel: hasFloatBias(node) ? nil : channel)])
  }

  func staticConv(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else { throw Refusal(reason: "its kernel is computed") }
    guard weight.sizes.count >= 3 else { throw Refusal(reason: "its kernel has fewer than three axes") }
    try checkStaticActivation(of: node)
    return (.quantized, [try symmetric(weight, channel: hasFloatBias(node) ? nil : 0)])
  }

  /// Signed weights around 0: what integer kernels are fast with.
  private func symmetric(_ weight: StoredWeight, channel: Int?) throws(Refusal) -> PlannedWeight {
    try planned(weight, channel: channel, isSymmetric: true, element: .i8)
  }

  /// Whether the bias of a node stays in floating point, in an operator set without scales along an axis.
  ///
  /// ONNX Runtime would quantize it itself, and write an axis that the operator set does not have.
  private func hasFloatBias(_ node: Node.ID) -> Bool {
    opset < 13 && rewriter.input(node, 2) != nil && rewriter.staticBias(of: node) == nil
  }

  private func checkStaticActivation(of node: Node.ID) throws(Refusal) {
    guard rewriter.places[node.index] == rewriter.graph.body else {
      throw Refusal(reason: "it stands in a subgraph, into which calibration does not see")
    }
    guard let value = rewriter.input(node, 0) else { throw Refusal(reason: "its input is left out") }
    guard let element = rewriter.element(value) else { throw Refusal(reason: "the type of its input is not known") }
    guard element == .f32 else {
      throw Refusal(reason: "its input is \(element.spelling), and this version calibrates f32")
    }
  }
}
