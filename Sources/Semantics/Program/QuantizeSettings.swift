package import Compression

/// What a `quantize` step of a recipe asks for, but for the names of layers.
package struct QuantizeSettings: Sendable {
  package let options: QuantizationOptions
  /// How ranges of activations are chosen.
  package let calibration: CalibrationMethod
  /// Where the samples of a static quantization are.
  package let samples: String?
  /// How many layers are left that hurt the results most.
  package let skippedWorst: Int?
  /// The SQNR in dB that outputs are to reach.
  package let leastSQNR: Double?

  private static let schemes: [String: QuantizationOptions.Scheme] = [
    "dynamic": .dynamic, "static": .static, "weight_only": .weights,
  ]
  private static let ranges: [String: RangeMethod] = ["sigma": .sigma(3), "hqq": .hqq]
  private static let calibrations: [String: CalibrationMethod] = [
    "minmax": .minMax, "entropy": .entropy, "percentile": .percentile(99.999), "mse": .meanSquaredError,
    "sigma": .sigma(3),
  ]

  /// - Throws: where what is given does not go together.
  package init(_ call: RecipeCall) throws(RecipeProblem) {
    guard let element = call.elementType("type") else { throw call.problem("type", "it is no element type") }
    let block = call.integer("block_size")
    let scheme = call.text("scheme").flatMap { Self.schemes[$0] } ?? .usual(for: element, inBlocks: block != nil)
    let method = call.text("method")
    if scheme == .static {
      if let method, Self.calibrations[method] == nil { throw call.problem("method", "\(method) is for weights alone") }
      guard call.has("calibration") else {
        throw call.lacks("a static quantization needs samples: `calibration=\"samples/*.npy\"`")
      }
    } else {
      for name in ["calibration", "min_sqnr", "skip_worst"] where call.has(name) {
        throw call.problem(name, "it goes with scheme=\"static\"")
      }
      if let method, ["percentile", "entropy", "mse"].contains(method) {
        throw call.problem("method", "\(method) goes with scheme=\"static\"")
      }
    }
    if call.has("min_sqnr"), call.has("skip_worst") { throw call.problem("skip_worst", "it excludes `min_sqnr`") }
    samples = call.text("calibration")
    skippedWorst = call.integer("skip_worst")
    leastSQNR = call.number("min_sqnr")
    calibration = method.flatMap { Self.calibrations[$0] } ?? .meanSquaredError
    options = QuantizationOptions(
      scheme: scheme, element: element, perChannel: call.boolean("per_channel") ?? false, block: block,
      isSymmetric: call.boolean("symmetric"), method: method.flatMap { Self.ranges[$0] } ?? .minMax)
    guard let (part, reason) = options.problem else { return }
    let name =
      switch part {
      case .element: "type"
      case .block: "block_size"
      case .method: "method"
      }
    throw call.problem(name, reason)
  }
}
