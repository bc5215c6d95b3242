package import Tensors

/// What is asked of a quantization.
package struct QuantizationOptions: Hashable, Sendable {
  package enum Scheme: String, CaseIterable, Sendable {
    /// Integer arithmetic: weights are stored as integers, activations are quantized when the model runs.
    case dynamic
    /// Integer arithmetic: activations are quantized by ranges that samples have shown, with QuantizeLinear and
    /// DequantizeLinear around the nodes.
    case `static`
    /// Weights alone are stored in fewer bits, and arithmetic stays as it is.
    case weights
    /// Weights and arithmetic in a narrower floating-point type.
    case float

    /// The scheme that a type is for, where nobody names one.
    package static func usual(for element: ElementType, inBlocks: Bool) -> Scheme {
      switch element {
      case .i8, .u8: inBlocks ? .weights : .dynamic
      case .f16, .bf16: .float
      default: .weights
      }
    }
  }

  /// How weights in blocks are written.
  package enum BlockForm: String, CaseIterable, Sendable {
    /// ONNX Runtime's operator, for any operator set.
    case matMulNBits = "matmulnbits"
    /// ONNX's DequantizeLinear in front of the node as it is, from operator set 21 on.
    case qdq
  }

  package var scheme: Scheme
  package var element: ElementType
  /// Whether each output channel has a scale of its own.
  package var perChannel: Bool
  /// How many weights share a scale along the axis that is summed over; `nil` for no blocks.
  package var block: Int?
  /// Whether zero points are fixed in the middle; `nil` lets the element type decide: signed ones are.
  package var isSymmetric: Bool?
  package var method: RangeMethod
  /// What blocks of weights are written as; `nil` for what the element type and the operator set allow.
  package var form: BlockForm?
  /// Patterns of names of nodes and tensors that stay as they are; `*` stands for anything.
  package var skipped: [String]

  package init(
    scheme: Scheme = .dynamic, element: ElementType = .i8, perChannel: Bool = false, block: Int? = nil,
    isSymmetric: Bool? = nil, method: RangeMethod = .minMax, form: BlockForm? = nil, skipped: [String] = []
  ) {
    self.scheme = scheme
    self.element = element
    self.perChannel = perChannel
    self.block = block
    self.isSymmetric = isSymmetric
    self.method = method
    self.form = form
    self.skipped = skipped
  }
}
