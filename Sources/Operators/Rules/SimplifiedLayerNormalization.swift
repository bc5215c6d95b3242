extension OperatorRules {
  /// RMSNormalization as ONNX Runtime has it in ai.onnx, with the inverse deviation as a second result.
  package static let simplifiedLayerNormalization = OperatorRules(
    "SimplifiedLayerNormalization",
    infer: { $0.normalizeTrailingAxes(parameters: [(1, "scale")], statistics: 1..<2) },
    cost: { $0.elementwise(4) })
}
