import Graphs
import Rewriting
import Tensors

/// What becomes of weights where they alone change.
extension QuantizationPlanner {
  func checkWeightOptions() throws(Problem) {
    let element = options.element
    if element.largestFloat != nil {
      guard opset >= 19 else { throw .operatorSet(opset, needed: 19, operatorType: "DequantizeLinear of 8-bit floats") }
      return
    }
    if options.form == .qdq, options.isInBlocks || element.bitWidth == 4, opset < 21 {
      throw .operatorSet(opset, needed: 21, operatorType: "DequantizeLinear of blocks and of 4 bits")
    }
    guard opset >= 10 else { throw .operatorSet(opset, needed: 10, operatorType: "DequantizeLinear") }
  }

  /// As many weights share a scale where nobody says how many.
  private static let defaultBlock = 32

  func weightsOfMatMul(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else {
      let isLeft = rewriter.storedWeight(of: node, at: 0) != nil
      throw Refusal(reason: isLeft ? "its weight is the left factor" : "both factors are computed")
    }
    guard weight.sizes.count >= 2 else { throw Refusal(reason: "its weight is a vector") }
    return try matrix(weight, summed: weight.sizes.count - 2, of: node)
  }

  func weightsOfGemm(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1), weight.sizes.count == 2 else {
      throw Refusal(reason: "its second factor is computed")
    }
    return try matrix(weight, summed: rewriter.int(node, "transB") ?? 0 != 0 ? 1 : 0, of: node)
  }

  /// - Parameter summed: the axis of the argument that is summed over.
  private func matrix(
    _ weight: StoredWeight, summed: Int, of node: Node.ID
  ) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    let rank = weight.sizes.count
    let channel = summed == rank - 1 ? rank - 2 : rank - 1
    guard let form = options.blockForm else {
      try checkNarrowCodes()
      return (.dequantized, [try planned(weight, channel: channel)])
    }
    guard let axis = weight.storedAxis(of: summed), rank == 2, weight.tensor.sizes.count == 2 else {
      throw Refusal(reason: "its weight is no matrix that blocks could be cut from")
    }
    let size = options.block ?? Self.defaultBlock
    let blocks = Granularity.blocks(axis: axis, size: size)
    var plan = try planned(weight, in: blocks, isSymmetric: options.isSymmetric)
    guard form == .matMulNBits else {
      guard weight.steps.isEmpty else { throw Refusal(reason: "its weight is moved before it is used") }
      return (.dequantized, [plan])
    }
    guard let element = rewriter.input(node, 0).flatMap({ rewriter.element($0) }), element == .f32 else {
      throw Refusal(reason: "its input is not known to be f32, which MatMulNBits goes with the scales of")
    }
    plan.bytesAfter =
      plan.encoding.inBlocks.flatMap {
        BlockMatrix.byteCount(
          rows: weight.tensor.sizes[axis], columns: weight.tensor.sizes[1 - axis], $0)
      } ?? plan.bytesBefore
    return (.matMulNBits, [plan])
  }

  func weightsOfConv(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    try kernel(of: node, channel: 0)
  }

  func weightsOfConvTranspose(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    try kernel(of: node, channel: 1)
  }

  private func kernel(of node: Node.ID, channel: Int) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    guard let weight = rewriter.storedWeight(of: node, at: 1) else { throw Refusal(reason: "its kernel is computed") }
    try checkNarrowCodes()
    return (.dequantized, [try planned(weight, channel: channel)])
  }

  func weightsOfGather(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    try checkNarrowCodes()
    guard options.element.isInteger else {
      throw Refusal(reason: "8-bit floats are made numbers before they are gathered")
    }
    guard options.element.bitWidth == 8 else { throw Refusal(reason: "ONNX's Gather takes no codes of 4 bits") }
    return try gatheredCodes(node)
  }

  func weightsOfRecurrence(_ node: Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight]) {
    try checkNarrowCodes()
    return try dequantizedRecurrence(node)
  }

  private func checkNarrowCodes() throws(Refusal) {
    guard options.element.bitWidth == 4, opset < 21 else { return }
    throw Refusal(reason: "operator set \(opset) knows no codes of 4 bits; 21 does")
  }

  /// - Parameter channel: the axis of the argument whose places have scales of their own; `nil` where they cannot.
  func planned(
    _ weight: StoredWeight, channel: Int?, isSymmetric: Bool? = nil, element: ElementType? = nil
  ) throws(Refusal) -> PlannedWeight {
    // One scale for a whole tensor is too coarse for 16 codes.
    let axis =
      options.perChannel || (element ?? options.element).bitWidth == 4
      ? channel.flatMap { weight.storedAxis(of: $0) } : nil
    return try planned(
      weight, in: axis.map { .channel(axis: $0) } ?? .tensor, isSymmetric: isSymmetric, element: element)
  }

  func planned(
    _ weight: StoredWeight, in granularity: Granularity, isSymmetric: Bool? = nil, element: ElementType? = nil
  ) throws(Refusal) -> PlannedWeight {
    guard weight.tensor.element == .f32 else {
      throw Refusal(reason: "its weight is \(weight.tensor.element.spelling), and this version quantizes f32")
    }
    let element = element ?? options.element
    let symmetry = isSymmetric ?? options.isSymmetric ?? element.isSignedInteger
    let encoding = WeightEncoding(element, granularity, isSymmetric: symmetry, method: options.method)
    guard let bytes = encoding.byteCount(of: weight.tensor.sizes) else {
      throw Refusal(reason: "its weight has sizes that no memory can hold")
    }
    return PlannedWeight(weight, encoding, bytesAfter: bytes)
  }
}

extension ElementType {
  fileprivate var isSignedInteger: Bool { [.i2, .i4, .i8, .i16].contains(self) }
}
