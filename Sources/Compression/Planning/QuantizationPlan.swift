package import Graphs
package import Operators
import Rewriting
import Tensors

/// What quantizing a model would change, layer by layer, and what it would leave.
///
/// Making a plan reads no weights. `measure` does, and only then is it known which tensors cannot be quantized; applying a
/// plan gives a model whose quantized tensors are computed while they are written.
package struct QuantizationPlan: Sendable {
  package let options: QuantizationOptions
  /// The model that the plan is of, its nodes in an order in which they can run.
  package let model: Model
  package internal(set) var layers: [LayerPlan]
  /// What has been measured: every tensor that changes, once.
  var tensors: [WeightKey: QuantizedTensor] = [:]
  /// Matrices in blocks, once each.
  package internal(set) var matrices: [WeightKey: BlockMatrix] = [:]
  /// The nodes that may change; all where `nil`.
  var selection: Set<Node.ID>?
  /// The scales and zero points by the range that samples have shown of each value, whatever is around it.
  var ranges: [Value.ID: AffineParameters] = [:]
  /// The scales and zero points of activations, for the layers that change.
  package internal(set) var activations: [Value.ID: AffineParameters] = [:]
  /// Tensors whose scales are wider than their own numbers ask for, for the layers that change.
  var widenedTensors: [WeightKey: QuantizedTensor] = [:]
  /// The patterns of names to leave out that no layer has.
  var unusedPatterns: [String] = []
  let facts: [InferredValue]

  /// - Parameter facts: what is known of the values of `model`, by their indices.
  package init(of model: Model, _ options: QuantizationOptions, layers: [LayerPlan], facts: [InferredValue]) {
    self.options = options
    self.model = model
    self.layers = layers
    self.facts = facts
    unifyEncodings()
    tieWeights()
    predictSpeed()
  }

  /// A tensor that changes, with the scales that it is written with.
  package func quantizedTensor(_ key: WeightKey) -> QuantizedTensor? { widenedTensors[key] ?? tensors[key] }

  /// The model's own operator set.
  package var opset: Int { Self.opset(of: model) }

  static func opset(of model: Model) -> Int {
    model.opsetImports.first { Catalogue.canonical($0.domain).isEmpty }.map { Int(clamping: $0.version) } ?? 0
  }

  /// The bytes of the tensors that the model stores.
  package var bytesBefore: Int { model.storedBytes }

  /// The bytes of the tensors that the model stores once the plan is applied.
  package var bytesAfter: Int {
    var after = bytesBefore
    for layer in layers where layer.form != nil {
      for weight in layer.weights where !weight.isTied { after += weight.bytesAfter - weight.bytesBefore }
    }
    return after
  }

  /// Whether anything changes.
  package var isEmpty: Bool { layers.allSatisfy { $0.form == nil } }

  /// What should be known of the plan as a whole, a sentence each.
  package var notes: [String] {
    var notes = unusedPatterns.map { "`--skip`: no layer and no weight is called `\($0)`" }
    if options.scheme == .float, options.element == .bf16, !isEmpty {
      notes.append("ONNX Runtime has bf16 for few operators on a CPU, where the file may not run; f16 runs everywhere")
    }
    return notes
  }

  /// What is known beforehand of layers that do not run faster for the change, a sentence each.
  package var warnings: [String] {
    var counts: [(prediction: SpeedPrediction, operatorType: String, count: Int)] = []
    for layer in layers where layer.form != nil {
      guard let prediction = layer.prediction else { continue }
      let place = counts.firstIndex { $0.prediction == prediction && $0.operatorType == layer.operatorType }
      if let place { counts[place].count += 1 } else { counts.append((prediction, layer.operatorType, 1)) }
    }
    return counts.map { prediction, operatorType, count in
      "\(count) \(operatorType) \(count == 1 ? "layer" : "layers"): \(prediction.text)"
    }
  }

  /// Gives a tensor that several layers take one encoding that serves all of them.
  private mutating func unifyEncodings() {
    var encodings: [Value.ID: Set<WeightEncoding>] = [:]
    for layer in layers where layer.form?.canTieEncodings == true {
      for weight in layer.weights { encodings[weight.weight.base, default: []].insert(weight.encoding) }
    }
    for layer in layers.indices where layers[layer].form?.canTieEncodings == true {
      for place in layers[layer].weights.indices {
        let weight = layers[layer].weights[place].weight
        guard let wanted = encodings[weight.base], wanted.count > 1, let first = wanted.first else { continue }
        let granularities = Set(wanted.map(\.granularity))
        let common = WeightEncoding(
          .i8, granularities.count == 1 ? first.granularity : .tensor, isSymmetric: true, method: options.method)
        layers[layer].weights[place].encoding = common
        layers[layer].weights[place].bytesAfter = common.byteCount(of: weight.tensor.sizes) ?? 0
      }
    }
  }

  /// Notes which weights a layer before has already.
  mutating func tieWeights() {
    var seen: Set<WeightKey> = []
    for layer in layers.indices where layers[layer].form != nil {
      for place in layers[layer].weights.indices {
        let weight = layers[layer].weights[place]
        layers[layer].weights[place].isTied =
          !seen.insert(WeightKey(weight.weight.base, weight.encoding)).inserted
      }
    }
  }

  /// Reads every tensor that changes: those with numbers that are not finite make their layers stay.
  ///
  /// - Parameters:
  ///   - errors: whether to find out what changes in each tensor; that reads it twice.
  ///   - isCancelled: asked before each tensor; the plan is of no use where it said yes.
  package mutating func measure(errors: Bool = true, isCancelled: () -> Bool = { false }) {
    var powers: [WeightKey: SignalPower] = [:]
    var refusals: [WeightKey: TensorRefusal] = [:]
    for layer in layers.indices where layers[layer].form != nil {
      for place in layers[layer].weights.indices {
        if isCancelled() { return }
        let weight = layers[layer].weights[place]
        let key = WeightKey(weight.weight.base, weight.encoding)
        if powers[key] == nil, tensors[key] == nil, refusals[key] == nil {
          do throws(TensorRefusal) {
            switch layers[layer].form {
            case .matMulNBits: powers[key] = try measureMatrix(weight, key)
            case .narrowFloats: powers[key] = try Self.measureConversion(weight)
            default: powers[key] = try measureTensor(weight, key, errors: errors)
            }
          } catch {
            refusals[key] = error
          }
        }
        layers[layer].weights[place].power = powers[key]
        if let refusal = refusals[key] {
          let name = model.graph.values[weight.weight.base].name
          layers[layer].decision = .keep("its weight `\(name)` \(refusal)")
          layers[layer].weights = []
          break
        }
      }
    }
    tieWeights()
  }

  private mutating func measureTensor(
    _ weight: PlannedWeight, _ key: WeightKey, errors: Bool
  ) throws(TensorRefusal) -> SignalPower? {
    let tensor = try QuantizedTensor(weight.weight.tensor, weight.encoding)
    tensors[key] = tensor
    return errors ? tensor.power() : nil
  }

  private static func measureConversion(_ weight: PlannedWeight) throws(TensorRefusal) -> SignalPower {
    let conversion = weight.weight.tensor.conversion(to: weight.encoding.element)
    guard !conversion.overflows else {
      throw .encoding("has numbers beyond the largest \(weight.encoding.element.spelling)")
    }
    return conversion.power
  }

  private mutating func measureMatrix(
    _ weight: PlannedWeight, _ key: WeightKey
  ) throws(TensorRefusal) -> SignalPower? {
    guard case .blocks(let axis, _) = weight.encoding.granularity, let encoding = weight.encoding.inBlocks,
      let matrix = BlockMatrix(weight.weight.tensor, isTransposed: axis == 1, encoding)
    else { throw .encoding("is no matrix of numbers") }
    let measured = try matrix.measured()
    matrices[key] = measured.matrix
    return measured.power
  }
}

extension Model {
  /// The bytes of all tensors in the graph and its subgraphs, Constants included.
  package var storedBytes: Int {
    var bytes = 0
    for region in graph.regions.indices {
      bytes += graph.regions[region].initializers.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
      for node in graph.regions[region].nodes { bytes += graph.nodes[node].constant?.byteCount ?? 0 }
    }
    return bytes
  }
}
