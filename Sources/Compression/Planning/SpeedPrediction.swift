import Graphs
import Rewriting

/// Why a layer that is quantized does not run faster for it in ONNX Runtime.
///
/// Times are of ONNX Runtime 1.32 on one core of an x86-64 processor with AVX-512, against the same layer in f32.
package enum SpeedPrediction: Hashable, Sendable {
  /// ONNX Runtime has no integer kernel for the operator as it stands: it runs in floating point, on weights that are made of
  /// codes in every run.
  case noIntegerKernel(String)
  /// There is a kernel, and it takes this many times as long.
  case measured(String)

  /// In words.
  package var text: String {
    switch self {
    case .noIntegerKernel(let reason): "no integer kernel: \(reason)"
    case .measured(let times): "slower, measured: \(times) times as long as in f32"
    }
  }
}

extension QuantizationPlan {
  /// Notes of each layer that changes what is known of its speed.
  mutating func predictSpeed() {
    let rewriter = Rewriter(model.graph, facts: facts, opset: opset)
    let placements = options.scheme == .static ? staticPlacements() : [:]
    for index in layers.indices {
      let layer = layers[index]
      guard let form = layer.form else { continue }
      layers[index].prediction = rewriter.prediction(for: layer, form, placements[layer.node])
    }
  }
}

extension Rewriter {
  fileprivate func prediction(
    for layer: LayerPlan, _ form: LayerForm, _ placement: StaticPlacement?
  ) -> SpeedPrediction? {
    let isDepthwise = group(of: layer) > 1
    switch form {
    case .convInteger: return .measured(isDepthwise ? "20" : "3 to 8")
    case .quantized where layer.operatorType == "Conv":
      if placement?.output == nil { return .noIntegerKernel("its result is not quantized, since it leaves the model") }
      if isDepthwise { return .measured("1.2 to 1.3") }
      return (layer.weights.first?.weight.sizes[1]).map { $0 <= 4 } ?? false ? .measured("1.4") : nil
    // ONNX Runtime makes a MatMulNBits of a MatMul, and a Gather of codes is as fast as any.
    case .dequantized where !["Gather", "MatMul"].contains(layer.operatorType):
      return .noIntegerKernel("\(layer.operatorType) runs on weights that are dequantized in every run")
    default: return nil
    }
  }

  private func group(of layer: LayerPlan) -> Int { layer.operatorType == "Conv" ? int(layer.node, "group") ?? 1 : 1 }
}
