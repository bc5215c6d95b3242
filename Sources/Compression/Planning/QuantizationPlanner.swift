package import Graphs
import Operators
import Rewriting
import Tensors

/// Makes plans.
package struct QuantizationPlanner {
  let options: QuantizationOptions
  let rewriter: Rewriter
  let opset: Int
  private let skipped: [NamePattern]

  /// Why there is no plan of a model.
  package enum Problem: Error, Hashable, Sendable {
    case training
    case broken(String)
    case operatorSet(Int, needed: Int, operatorType: String)
    case encoding(String)
  }

  /// The plan for a model, without a look at its weights.
  package static func plan(
    for model: Model, _ options: QuantizationOptions
  ) throws(Problem) -> QuantizationPlan {
    try Subject(model).plan(options)
  }

  /// A model with its nodes in an order in which they can run, and what is known of its values: all its plans share that.
  struct Subject {
    private let model: Model
    private let rewriter: Rewriter
    private let facts: [InferredValue]
    private let opset: Int

    init(_ given: Model) throws(Problem) {
      guard given.training.isEmpty else { throw .training }
      var model = given
      _ = model.makeInitializersConstant()
      model.orderNodes()
      let known = GraphFacts(of: model)
      let broken: Set<String> = ["duplicate-value", "undefined-value", "cyclic-graph", "recursive-function"]
      if let problem = known.problems.first(where: { broken.contains($0.identifier) }) {
        throw .broken(problem.message)
      }
      self.model = model
      facts = known.facts
      opset = QuantizationPlan.opset(of: model)
      rewriter = Rewriter(model.graph, facts: known.facts, opset: opset)
    }

    func plan(_ options: QuantizationOptions) throws(Problem) -> QuantizationPlan {
      let planner = QuantizationPlanner(options, rewriter, opset: opset)
      try planner.checkOptions()
      let layers = planner.layers()
      var plan = QuantizationPlan(of: model, options, layers: layers, facts: facts)
      plan.unusedPatterns = planner.unusedPatterns(layers)
      return plan
    }
  }

  private init(_ options: QuantizationOptions, _ rewriter: Rewriter, opset: Int) {
    self.options = options
    self.rewriter = rewriter
    self.opset = opset
    skipped = options.skipped.map(NamePattern.init)
  }

  private func checkOptions() throws(Problem) {
    if let problem = options.problem { throw .encoding(problem.reason) }
    switch options.scheme {
    case .dynamic:
      guard opset >= 11 else { throw .operatorSet(opset, needed: 11, operatorType: "DynamicQuantizeLinear") }
    case .static:
      guard opset >= 10 else { throw .operatorSet(opset, needed: 10, operatorType: "QuantizeLinear") }
    case .weights: try checkWeightOptions()
    case .float:
      guard options.element != .bf16 || opset >= 13 else {
        throw .operatorSet(opset, needed: 13, operatorType: "Cast to bf16")
      }
    }
  }

  /// The nodes with weights, subgraphs after the nodes before them.
  private func layers() -> [LayerPlan] {
    var layers: [LayerPlan] = []
    append(to: &layers, in: rewriter.graph.body)
    return layers
  }

  private func append(to layers: inout [LayerPlan], in region: Region.ID) {
    for node in rewriter.graph.regions[region].nodes {
      if let layer = layer(node) { layers.append(layer) }
      for inner in rewriter.graph.nodes[node].attributes.flatMap(\.value.regions) { append(to: &layers, in: inner) }
    }
  }

  private func layer(_ node: Node.ID) -> LayerPlan? {
    if options.scheme == .float { return floatLayer(node) }
    let operatorType = rewriter.graph.nodes[node].operatorType
    guard let plan = rule(for: node) else { return nil }
    // What takes elements of shapes is no layer.
    if operatorType == "Gather", rewriter.storedWeight(of: node, at: 0) == nil { return nil }
    var layer = emptyLayer(node)
    if isSkipped(node, layer.name) {
      layer.decision = .keep("it is left out by name")
    } else if rewriter.hasReferences(node) {
      layer.decision = .keep("its attributes are those of the function around it")
    } else {
      do throws(Refusal) {
        let (form, weights) = try plan(self)(node)
        // A node between others in integers is worth it however small it is.
        if form != .quantized, weights.allSatisfy({ $0.bytesBefore <= $0.bytesAfter }) {
          layer.decision = .keep("too small to gain anything")
        } else {
          layer.decision = .change(form)
          layer.weights = weights
        }
      } catch {
        layer.decision = .keep(error.reason)
      }
    }
    return layer
  }

  private func rule(for node: Node.ID) -> Rule? {
    let callee = rewriter.graph.nodes[node]
    if rewriter.isStandard(node) {
      let rules =
        switch options.scheme {
        case .dynamic: Self.dynamicRules
        case .static: Self.staticRules
        case .weights, .float: Self.weightRules
        }
      return rules[callee.operatorType]
    }
    let isKnown = options.scheme == .dynamic && callee.domain == PlanApplication.microsoft
    return isKnown ? Self.dynamicMicrosoftRules[callee.operatorType] : nil
  }

  /// A node that nothing has been decided of.
  func emptyLayer(_ node: Node.ID) -> LayerPlan {
    let results = rewriter.graph.nodes[node].results
    let result = results.first.flatMap(\.self).map { rewriter.graph.values[$0].name } ?? ""
    let name = rewriter.graph.nodes[node].name.isEmpty ? result : rewriter.graph.nodes[node].name
    return LayerPlan(
      node: node, name: name, operatorType: rewriter.graph.nodes[node].operatorType, decision: .keep(""))
  }

  func isSkipped(_ node: Node.ID, _ name: String) -> Bool {
    skipped.contains { matches($0, node, name) }
  }

  /// Whether a pattern is like the name of a node, or of a stored tensor that it takes.
  private func matches(_ pattern: NamePattern, _ node: Node.ID, _ name: String) -> Bool {
    pattern.matches(name)
      || rewriter.graph.nodes[node].inputs.indices.contains { place in
        guard let weight = rewriter.storedWeight(of: node, at: place) else { return false }
        return [weight.argument, weight.base].contains { pattern.matches(rewriter.graph.values[$0].name) }
      }
  }

  /// The patterns of names to leave out that no layer has.
  private func unusedPatterns(_ layers: [LayerPlan]) -> [String] {
    zip(options.skipped, skipped).compactMap { text, pattern in
      layers.contains { matches(pattern, $0.node, $0.name) } ? nil : text
    }
  }

  /// Why a node stays as it is.
  struct Refusal: Error {
    var reason: String
  }

  typealias Rule = @Sendable (QuantizationPlanner) -> (Node.ID) throws(Refusal) -> (LayerForm, [PlannedWeight])

  /// What dynamic quantization does with the nodes of each operator.
  private static let dynamicRules: [String: Rule] = [
    "MatMul": { planner in planner.dynamicMatMul },
    "Gemm": { planner in planner.dynamicGemm },
    "Conv": { planner in planner.dynamicConv },
    "ConvTranspose": { planner in planner.dequantizedConvTranspose },
    "Gather": { planner in planner.gatheredCodes },
    "LSTM": { planner in planner.dynamicLSTM },
    "GRU": { planner in planner.dequantizedRecurrence },
    "RNN": { planner in planner.dequantizedRecurrence },
  ]

  /// The same, of ONNX Runtime's own operators.
  private static let dynamicMicrosoftRules: [String: Rule] = [
    "Attention": { planner in planner.dynamicAttention }
  ]

  /// What static quantization does with them.
  private static let staticRules: [String: Rule] = [
    "MatMul": { planner in planner.staticMatMul },
    "Gemm": { planner in planner.staticGemm },
    "Conv": { planner in planner.staticConv },
    "ConvTranspose": { planner in planner.dequantizedConvTranspose },
    "Gather": { planner in planner.gatheredCodes },
    "LSTM": { planner in planner.dequantizedRecurrence },
    "GRU": { planner in planner.dequantizedRecurrence },
    "RNN": { planner in planner.dequantizedRecurrence },
  ]

  /// What becomes of the nodes of each operator where weights alone change.
  private static let weightRules: [String: Rule] = [
    "MatMul": { planner in planner.weightsOfMatMul },
    "Gemm": { planner in planner.weightsOfGemm },
    "Conv": { planner in planner.weightsOfConv },
    "ConvTranspose": { planner in planner.weightsOfConvTranspose },
    "Gather": { planner in planner.weightsOfGather },
    "LSTM": { planner in planner.weightsOfRecurrence },
    "GRU": { planner in planner.weightsOfRecurrence },
    "RNN": { planner in planner.weightsOfRecurrence },
  ]
}

extension QuantizationPlanner.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .training: "the model has training information, which names tensors that quantizing would remove"
    case .broken(let message): message
    case .operatorSet(let version, let needed, let operatorType):
      "the model is written for operator set \(version), and \(operatorType) is in ONNX from \(needed) on; "
        + "export it for \(needed) or newer"
    case .encoding(let reason): reason
    }
  }
}
