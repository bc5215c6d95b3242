package import Graphs
import Rewriting
import Tensors

extension QuantizationPlan {
  /// The codes of activations in static quantization, whichever of the 8-bit types is asked for: the numbers that they stand for
  /// are the same.
  ///
  /// On x86-64, ONNX Runtime 1.32 turns signed codes into unsigned ones, but not where several nodes take a value; what stands
  /// between two values of different types then stays in floating point.
  static let activationElement = ElementType.u8

  /// Takes in what samples have shown: layers whose numbers no sample has shown stay as they are.
  ///
  /// - Parameters:
  ///   - histograms: of the values of `observedValues`.
  ///   - method: how ranges are chosen.
  package mutating func calibrate(_ histograms: [Value.ID: ValueHistogram], by method: CalibrationMethod) {
    guard let codes = CodeRange(Self.activationElement, isSymmetric: false) else { return }
    let placements = staticPlacements()
    for index in layers.indices where layers[index].form == .quantized {
      let node = layers[index].node
      guard let placement = placements[node] else { continue }
      for value in [placement.input, placement.output].compactMap(\.self) where layers[index].form != nil {
        let name = model.graph.values[value].name
        guard let histogram = histograms[value], histogram.count > 0 else {
          keep(index, "no sample shows the range of `\(name)`")
          continue
        }
        if histogram.nonFiniteCount > 0 {
          keep(index, "`\(name)` has numbers that are not finite")
          continue
        }
        guard ranges[value] == nil else { continue }
        let range = histogram.range(by: method, levels: Int(codes.greatest - codes.least) + 1)
        ranges[value] = AffineParameters(
          low: Float(range.low), high: Float(range.high), codes: codes, isSymmetric: false)
      }
    }
    setScales()
    tieWeights()
  }

  /// Chooses the scales of activations and weights for the layers that change, from what each value and tensor has alone.
  private mutating func setScales() {
    activations = ranges
    for (value, source) in borrowedRanges(staticPlacements()) { activations[value] = ranges[source] ?? ranges[value] }
    widenedTensors = [:]
    widenScales()
  }

  private mutating func keep(_ index: Int, _ reason: String) {
    layers[index].decision = .keep(reason)
    layers[index].weights = []
  }

  /// The plan with only some of its layers; the others stay, for a reason.
  package func limited(to nodes: Set<Node.ID>, others reason: String) -> QuantizationPlan {
    var plan = self
    for index in layers.indices where layers[index].form != nil && !nodes.contains(layers[index].node) {
      plan.keep(index, reason)
    }
    if !plan.ranges.isEmpty { plan.setScales() }
    plan.tieWeights()
    return plan
  }

  /// The plan with what each layer alone does to the results.
  package mutating func setEffects(_ effects: [Node.ID: Double]) {
    for index in layers.indices { layers[index].effect = effects[layers[index].node] }
  }

  /// Makes scales of weights so wide that the biases fit 32 bits, whose scales are products of the weights' and inputs'.
  private mutating func widenScales() {
    let rewriter = Rewriter(model.graph, facts: facts, opset: opset)
    for layer in layers where layer.form == .quantized {
      guard let input = rewriter.input(layer.node, 0), let activation = activations[input],
        let weight = layer.weights.first,
        let bias = rewriter.staticBias(of: layer.node)
      else { continue }
      let key = WeightKey(weight.weight.base, weight.encoding)
      guard let tensor = quantizedTensor(key), tensor.scales.count == 1 || tensor.scales.count == bias.count else {
        continue
      }
      var scales = tensor.scales
      let isShared = scales.count == 1
      for (channel, value) in bias.enumerated() {
        let least = max(Self.leastBiasScale(of: value), Self.leastProduct) / Double(activation.scale)
        let place = isShared ? 0 : channel
        if Double(scales[place]) < least { scales[place] = Float(least).nextUp }
      }
      guard scales != tensor.scales else { continue }
      widenedTensors[key] = QuantizedTensor(
        tensor.source, tensor.encoding, scales: scales, zeroPoints: tensor.zeroPoints)
    }
  }

  /// The least product of scales: a few times the least normal float, below which numbers lose digits.
  private static let leastProduct = 1024 * Double(Float.leastNormalMagnitude)

  /// The least scale with which a bias has a code of 32 bits, with a little room.
  private static func leastBiasScale(of bias: Float) -> Double {
    1.0001 * 2 * Double(bias.magnitude) / 4_294_967_294
  }
}

extension Rewriter {
  /// The bias that static quantization stores as integers: a stored vector, added as it is.
  func staticBias(of node: Node.ID) -> [Float]? {
    guard let tensor = tensor(input(node, 2)), tensor.element == .f32, tensor.sizes.count == 1,
      let numbers = try? tensor.float32Elements(), numbers.allSatisfy(\.isFinite)
    else { return nil }
    guard isOperator(node, "Gemm") else { return numbers }
    let (alpha, beta) = (graph.nodes[node][attribute: "alpha"]?.float, graph.nodes[node][attribute: "beta"]?.float)
    return alpha ?? 1 == 1 && beta ?? 1 == 1 ? numbers : nil
  }
}
