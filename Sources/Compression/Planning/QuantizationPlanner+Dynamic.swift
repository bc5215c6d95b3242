import Graphs
import Rewriting
import Tensors

/// What dynamic quantization does with each operator.
extension QuantizationPlanner {
  func dynamicMatMul(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else {
      let isLeft = rewriter.storedWeight(of: node, at: 0) != nil
      throw Refusal(reason: isLeft ? "its weight is the left factor" : "both factors are computed")
    }
    guard weight.sizes.count >= 2 else { throw Refusal(reason: "its weight is a vector") }
    try checkActivation(of: node)
    let axis = weight.sizes.count == 2 ? 1 : nil
    return (.matMulInteger, [try planned(weight, channel: axis)])
  }

  func dynamicGemm(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else {
      throw Refusal(reason: "its second factor is computed")
    }
    guard weight.sizes.count == 2 else { throw Refusal(reason: "its weight is no matrix") }
    try checkActivation(of: node)
    let isTransposed = rewriter.int(node, "transB") ?? 0 != 0
    return (.matMulInteger, [try planned(weight, channel: isTransposed ? 0 : 1)])
  }

  func dynamicConv(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else { throw Refusal(reason: "its kernel is computed") }
    guard weight.sizes.count >= 3 else { throw Refusal(reason: "its kernel has fewer than three axes") }
    try checkActivation(of: node)
    // ONNX Runtime's ConvInteger takes one zero point for all channels, so that they share the middle of the codes.
    return (.convInteger, [try planned(weight, channel: 0, isSymmetric: options.perChannel ? true : nil)])
  }

  /// ONNX Runtime's Attention, with one matrix for queries, keys and values.
  func dynamicAttention(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1), weight.sizes.count == 2 else {
      throw Refusal(reason: "its weight is computed")
    }
    let inputs = rewriter.graph.nodes[node].inputs
    guard rewriter.graph.nodes[node][attribute: "qkv_hidden_sizes"] == nil, rewriter.input(node, 2) != nil,
      inputs.dropFirst(5).allSatisfy({ $0 == nil })
    else { throw Refusal(reason: "QAttention has no place for some of what it takes") }
    try checkActivation(of: node)
    return (.qAttention, [try planned(weight, channel: 1)])
  }

  func dynamicLSTM(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1), let recurrence = rewriter.storedWeight(of: node, at: 2)
    else { throw Refusal(reason: "its weights are computed") }
    guard weight.steps.isEmpty, recurrence.steps.isEmpty, weight.sizes.count == 3, recurrence.sizes.count == 3,
      rewriter.int(node, "layout") ?? 0 == 0
    else { return try dequantizedRecurrence(node) }
    try checkActivation(of: node)
    return (
      .dynamicLSTM,
      try [weight, recurrence].map { weight throws(Refusal) in
        // A scale for each direction, or for each of its gates' rows; zero points of rows must be 0.
        let rows = Granularity.blocks(axis: 2, size: max(weight.sizes[2], 1))
        return try planned(
          weight, in: options.perChannel ? rows : .channel(axis: 0), isSymmetric: true, element: .i8)
      }
    )
  }

  func dequantizedRecurrence(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1), let recurrence = rewriter.storedWeight(of: node, at: 2)
    else { throw Refusal(reason: "its weights are computed") }
    return (
      .dequantized,
      try [weight, recurrence].map { weight throws(Refusal) in
        try planned(weight, channel: weight.sizes.count == 3 ? 1 : nil, isSymmetric: true)
      }
    )
  }

  func dequantizedConvTranspose(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else { throw Refusal(reason: "its kernel is computed") }
    return (.dequantized, [try planned(weight, channel: 1, isSymmetric: true)])
  }

  /// A Gather of rows, of which each has a scale of its own where channels have; else of anything.
  func gatheredCodes(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 0) else { throw Refusal(reason: "its data are computed") }
    let axis = rewriter.int(node, "axis") ?? 0
    if options.perChannel, axis == 0, weight.sizes.count == 2 {
      return (.gatheredCodes, [try planned(weight, channel: 0, isSymmetric: true, element: .i8)])
    }
    return (.gatheredCodes, [try planned(weight, channel: nil, isSymmetric: false)])
  }

  /// DynamicQuantizeLinear takes f32 alone.
  private func checkActivation(of node: Node.ID) throws(Refusal) {
    guard let value = rewriter.input(node, 0) else { throw Refusal(reason: "its input is left out") }
    guard let element = rewriter.element(value) else { throw Refusal(reason: "the type of its input is not known") }
    guard element == .f32 else {
      throw Refusal(reason: "its input is \(element.spelling), and DynamicQuantizeLinear takes f32")
    }
  }
}
