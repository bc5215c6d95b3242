package import Graphs
import Tensors

/// What becomes of one node with weights.
package struct LayerPlan: Sendable {
  package enum Decision: Hashable, Sendable {
    case change(LayerForm)
    /// The node stays as it is, for a reason that reads behind "stays: ".
    case keep(String)
  }

  package let node: Node.ID
  /// The node's name, or that of its first result where it has none.
  package let name: String
  package let operatorType: String
  package var decision: Decision
  /// The weights that change.
  package var weights: [PlannedWeight]
  /// What is known beforehand of how it runs, where it does not run faster.
  package internal(set) var prediction: SpeedPrediction?
  /// The SQNR in dB of the model's results where this layer alone is quantized, once that is known.
  package var effect: Double?

  package init(
    node: Node.ID, name: String, operatorType: String, decision: Decision, weights: [PlannedWeight] = []
  ) {
    self.node = node
    self.name = name
    self.operatorType = operatorType
    self.decision = decision
    self.weights = weights
  }

  package var form: LayerForm? {
    if case .change(let form) = decision { form } else { nil }
  }
}

/// What a node is written as.
package enum LayerForm: String, Hashable, Sendable {
  /// DynamicQuantizeLinear, MatMulInteger, and the product with the scales.
  case matMulInteger = "MatMulInteger"
  /// DynamicQuantizeLinear, ConvInteger, and the product with the scales.
  case convInteger = "ConvInteger"
  /// ONNX Runtime's DynamicQuantizeLSTM.
  case dynamicLSTM = "DynamicQuantizeLSTM"
  /// ONNX Runtime's QAttention, on an activation quantized as it comes.
  case qAttention = "QAttention"
  /// The node between DequantizeLinear and QuantizeLinear, with ranges that are known.
  case quantized = "QDQ"
  /// A Gather of codes, and numbers made of what it gives.
  case gatheredCodes = "Gather of codes"
  /// ONNX Runtime's product with a matrix in blocks.
  case matMulNBits = "MatMulNBits"
  /// The node as it is, in a narrower floating-point type.
  case narrowFloats = "narrow floats"
  /// The node as it is, on weights that are made of codes.
  case dequantized = "DequantizeLinear"
}

extension LayerForm {
  /// Whether the form takes codes in the order of the stored tensor, with any granularity that suits another form too.
  var canTieEncodings: Bool {
    switch self {
    case .matMulInteger, .convInteger, .quantized, .gatheredCodes, .dequantized: true
    case .dynamicLSTM, .qAttention, .matMulNBits, .narrowFloats: false
    }
  }
}

/// A tensor that a plan stores in fewer bits.
package struct PlannedWeight: Sendable {
  package let weight: StoredWeight
  /// Of the stored tensor, whatever moves its elements afterwards.
  package var encoding: WeightEncoding
  package var bytesBefore: Int
  /// With scales and zero points; 0 for a tensor that a layer before stores.
  package var bytesAfter: Int
  /// Whether a layer before takes the same tensor in the same codes.
  package var isTied: Bool
  /// How loud the tensor is, and what changes in it; `nil` before the plan has been measured.
  package var power: SignalPower?

  package init(_ weight: StoredWeight, _ encoding: WeightEncoding, bytesAfter: Int) {
    self.weight = weight
    self.encoding = encoding
    bytesBefore = weight.tensor.byteCount ?? 0
    self.bytesAfter = bytesAfter
    isTied = false
  }
}

/// A stored tensor in one encoding.
package struct WeightKey: Hashable, Sendable {
  package let base: Value.ID
  package let encoding: WeightEncoding

  package init(_ base: Value.ID, _ encoding: WeightEncoding) {
    self.base = base
    self.encoding = encoding
  }
}
