package import Graphs
import Rewriting
import Tensors

/// A model being rewritten as a plan says.
struct PlanApplication {
  var rewriter: Rewriter
  let plan: QuantizationPlan
  /// What each stored tensor has become, once it has.
  private var stored: [WeightKey: StoredCodes] = [:]
  /// Nodes between stored tensors and their users, again for codes.
  private var moved: [MovedCodes: Value.ID] = [:]
  /// Activations that have been quantized, by the region where they are.
  private var activations: [Activation: QuantizedActivation] = [:]
  /// Whether an operator of ONNX Runtime is used.
  var usesMicrosoft = false
  /// Where the activations of static quantization are.
  var placements: [Node.ID: StaticPlacement] = [:]
  /// What stands for the numbers of quantized activations.
  var quantizedValues: [Value.ID: Value.ID] = [:]

  /// The values that stand for a tensor in codes.
  struct StoredCodes {
    var codes: Value.ID
    var scale: Value.ID
    var zeroPoint: Value.ID?
  }

  /// The values that stand for a matrix in blocks.
  private var storedBlocks: [WeightKey: StoredCodes] = [:]

  private struct MovedCodes: Hashable {
    var codes: Value.ID
    var step: Node.ID
  }

  private struct Activation: Hashable {
    var value: Value.ID
    var region: Region.ID?
  }

  struct QuantizedActivation {
    var codes: Value.ID
    var scale: Value.ID
    var zeroPoint: Value.ID
  }

  init(_ plan: QuantizationPlan) {
    self.plan = plan
    rewriter = Rewriter(plan.model.graph, facts: plan.facts, opset: plan.opset)
    if plan.options.scheme == .static { placements = plan.staticPlacements() }
  }

  /// The model as the plan says.
  static func model(of plan: QuantizationPlan) -> Model {
    var application = PlanApplication(plan)
    if plan.options.scheme == .float {
      var model = plan.model
      var floats = FloatApplication(plan, application.rewriter)
      model.graph = floats.graph()
      return model
    }
    for layer in plan.layers {
      guard let form = layer.form else { continue }
      application.apply(form, to: layer)
    }
    application.replaceRemainingUses()
    var model = plan.model
    model.graph = application.rewriter.finished()
    // The version of the format in which tensors of 4 bits came.
    if plan.tensors.keys.contains(where: { $0.encoding.element.bitWidth == 4 }) {
      model.irVersion = max(model.irVersion, 10)
    } else if plan.tensors.keys.contains(where: { !$0.encoding.element.isInteger }) {
      model.irVersion = max(model.irVersion, 9)
    }
    if application.usesMicrosoft, !model.opsetImports.contains(where: { $0.domain == Self.microsoft }) {
      model.opsetImports.append(OpsetImport(domain: Self.microsoft, version: 1))
    }
    return model
  }

  /// The domain of ONNX Runtime's own operators.
  static let microsoft = "com.microsoft"

  private mutating func apply(_ form: LayerForm, to layer: LayerPlan) {
    switch form {
    case .matMulInteger: applyMatMulInteger(layer)
    case .convInteger: applyConvInteger(layer)
    case .dynamicLSTM:
      usesMicrosoft = true
      applyDynamicLSTM(layer)
    case .qAttention:
      usesMicrosoft = true
      applyAttention(layer)
    case .quantized: applyQuantized(layer)
    case .gatheredCodes: applyGather(layer)
    case .dequantized: applyDequantized(layer)
    case .narrowFloats: break
    case .matMulNBits:
      usesMicrosoft = true
      applyMatMulNBits(layer)
    }
  }

  // MARK: - Weights

  func tensor(_ weight: PlannedWeight) -> QuantizedTensor? {
    plan.quantizedTensor(WeightKey(weight.weight.base, weight.encoding))
  }

  /// Puts a tensor beside the one that it is made from.
  mutating func store(_ tensor: Tensor, like base: Value.ID, _ suffix: String) -> Value.ID {
    let region = rewriter.region(of: base) ?? rewriter.graph.body
    return rewriter.makeTensor(tensor, named: rewriter.graph.values[base].name + suffix, in: region)
  }

  /// The codes of a weight in the order in which they are stored, with scales and zero points.
  mutating func storedCodes(_ weight: PlannedWeight) -> StoredCodes? {
    let key = WeightKey(weight.weight.base, weight.encoding)
    if let codes = stored[key] { return codes }
    guard let tensor = plan.quantizedTensor(key) else { return nil }
    let base = weight.weight.base
    let codes = StoredCodes(
      codes: store(tensor.codes, like: base, "_q"), scale: store(tensor.scaleTensor, like: base, "_scale"),
      zeroPoint: tensor.zeroPointTensor.map { store($0, like: base, "_zero") })
    stored[key] = codes
    return codes
  }

  /// The codes of a matrix in blocks, with scales and zero points.
  mutating func blockCodes(_ weight: PlannedWeight) -> (matrix: BlockMatrix, codes: StoredCodes)? {
    let key = WeightKey(weight.weight.base, weight.encoding)
    guard let matrix = plan.matrices[key] else { return nil }
    if let codes = storedBlocks[key] { return (matrix, codes) }
    let base = weight.weight.base
    let codes = StoredCodes(
      codes: store(matrix.codes, like: base, "_q"), scale: store(matrix.scales, like: base, "_scales"),
      zeroPoint: matrix.zeroPoints.map { store($0, like: base, "_zeros") })
    storedBlocks[key] = codes
    return (matrix, codes)
  }

  /// The codes of a weight as the node takes them: what moved the numbers moves the codes.
  mutating func argumentCodes(_ weight: PlannedWeight, for user: Node.ID) -> StoredCodes? {
    guard var codes = storedCodes(weight) else { return nil }
    for step in weight.weight.steps {
      let key = MovedCodes(codes: codes.codes, step: step.node)
      if let moved = moved[key] {
        codes.codes = moved
        continue
      }
      let node = rewriter.graph.nodes[step.node]
      // The node that moves the numbers stands where all can see what it gives; so may the one that moves the codes.
      var inputs = node.inputs
      inputs[0] = codes.codes
      let name = (node.outputs.first.flatMap(\.self).map { rewriter.graph.values[$0].name } ?? node.name)
      let result = makeValue(name + "_q")
      rewriter.insert(
        Node(domain: node.domain, node.operatorType, inputs: inputs, outputs: [result], attributes: node.attributes),
        before: step.node)
      moved[key] = result
      codes.codes = result
    }
    return codes
  }

  // MARK: - Activations

  /// A value of the input's numbers in 8 bits, with the range that it turns out to have.
  mutating func quantizedActivation(_ value: Value.ID, before node: Node.ID) -> QuantizedActivation {
    let key = Activation(value: value, region: rewriter.places[node.index])
    if let activation = activations[key] { return activation }
    let name = rewriter.graph.values[value].name
    let activation = QuantizedActivation(
      codes: makeValue(name + "_q"), scale: makeValue(name + "_scale"),
      zeroPoint: makeValue(name + "_zero"))
    rewriter.insert(
      Node(
        "DynamicQuantizeLinear", inputs: [value],
        outputs: [activation.codes, activation.scale, activation.zeroPoint]),
      before: node)
    activations[key] = activation
    return activation
  }

  // MARK: - Nodes

  /// A value for a node to give.
  mutating func makeValue(_ name: String) -> Value.ID {
    rewriter.makeValue(rewriter.uniqueName(name), .unknown, .undefined)
  }

  /// A new node in front of another, with one result.
  mutating func insert(
    _ operatorType: String, domain: String = "", _ inputs: [Value.ID?], _ attributes: [Attribute] = [],
    result name: String, before node: Node.ID
  ) -> Value.ID {
    let result = makeValue(name)
    rewriter.insert(
      Node(domain: domain, operatorType, inputs: inputs, outputs: [result], attributes: attributes),
      before: node)
    return result
  }

  /// Nodes that take a tensor which is stored in codes, but that do not change, take what the codes stand for.
  ///
  /// So no tensor is stored twice.
  private mutating func replaceRemainingUses() {
    let inOrder = stored.sorted {
      ($0.key.base, $0.key.encoding.description) < ($1.key.base, $1.key.encoding.description)
    }
    for (key, codes) in inOrder {
      let users = rewriter.users[key.base.index].filter { rewriter.places[$0.index] != nil }
      guard rewriter.outputUses[key.base.index] == 0, !users.isEmpty, let tensor = plan.quantizedTensor(key),
        let region = rewriter.region(of: codes.codes),
        let first = rewriter.graph.regions[region].nodes.first(where: { rewriter.places[$0.index] != nil })
      else { continue }
      // In front of all, since the users stand in any order.
      let numbers = dequantized(codes, tensor, axis: nil, like: key.base, before: first)
      for user in Set(users) {
        rewriter.rewire(user, rewriter.graph.nodes[user].inputs.map { $0 == key.base ? numbers : $0 })
      }
    }
  }
}

extension QuantizationPlan {
  /// The model with the changes of the plan; its quantized tensors are computed when they are asked for.
  ///
  /// - Precondition: the plan has been measured.
  package func applied() -> Model { PlanApplication.model(of: self) }
}
