import Tensors

/// What options say together, whatever the model.
extension QuantizationOptions {
  /// Whether matrices are cut in blocks.
  var isInBlocks: Bool {
    block != nil || element.bitWidth == 4 && !perChannel || form == .matMulNBits || method == .hqq
  }

  /// What blocks are written as; `nil` where there are none.
  var blockForm: BlockForm? { isInBlocks ? form ?? .matMulNBits : nil }

  /// Options that exclude others.
  package enum Part: Sendable {
    case element, block, method
  }

  /// Why no model is quantized like this, and the option that is to blame; `nil` where the model decides.
  package var problem: (part: Part, reason: String)? {
    switch scheme {
    case .dynamic, .static:
      let name = scheme == .dynamic ? "dynamic" : "static"
      guard [.i8, .u8].contains(element) else {
        return (.element, "\(name) quantization is to int8 or uint8, and not to \(element.longName)")
      }
      guard block == nil else {
        return (.block, "\(name) quantization knows no blocks; that of weights alone does")
      }
    case .weights: return weightProblem
    case .float:
      guard [.f16, .bf16].contains(element) else {
        return (
          .element, "floating-point types to convert to are f16 and bf16, and not \(element.longName)"
        )
      }
    }
    return nil
  }

  private var weightProblem: (part: Part, reason: String)? {
    guard element.largestFloat == nil else {
      let reason = "8-bit floats have a scale for the tensor or for each channel, not for blocks"
      return isInBlocks ? (block != nil ? .block : .method, reason) : nil
    }
    guard [.i8, .u8, .i4, .u4].contains(element) else {
      return (
        .element,
        "weights become int8, uint8, int4, uint4 or 8-bit floats such as f8e4m3fn, and not \(element.longName)"
      )
    }
    if let block, block < 16 || block & (block - 1) != 0 {
      return (.block, "blocks are of 16, 32, 64, 128 … weights, and not of \(block)")
    }
    if method == .hqq, blockForm != .matMulNBits {
      return (
        .method, "HQQ has zero points that are no integers, which MatMulNBits takes and DequantizeLinear does not"
      )
    }
    return nil
  }
}
