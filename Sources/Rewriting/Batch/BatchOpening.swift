package import Graphs
package import Operators
import Tensors

/// A model whose batch has an open size instead of a number.
///
/// The model is inferred with the open size; where a node takes a tensor that holds the old size, it is given another
/// (`BatchReviser`). Then the samples are followed through the result (`SampleTracker`): it is right where they
/// stay apart and every output that depends on them has the new size. Complexity: linear in the nodes.
package struct BatchOpening {
  package private(set) var model: Model
  /// The inputs that have the open size now, each with its axis.
  package let inputs: [(name: String, axis: Int)]
  /// Inputs that were left as they are, and why.
  package private(set) var left: [String] = []
  /// The batch's size before.
  package let size: Int
  /// What was rewritten, counted.
  package private(set) var changes = Changes()
  /// What keeps the model from being right for any batch, in the order of the graph.
  package private(set) var obstacles: [String] = []

  private let name: String
  private let opset: Int
  private let axes: [Value.ID: Int]

  /// Opens the batch of `model`.
  ///
  /// - Parameters:
  ///   - name: what the size is called from now on.
  ///   - chosen: the inputs with a batch, each with its axis; where there are none, all whose first size is that of the
  ///     first input that has one.
  package init(
    of model: Model, name: String, chosen: [(input: String, axis: Int)], declarations: OperatorDeclarations? = nil
  ) throws(BatchProblem) {
    self.name = name
    self.model = model
    guard model.training.isEmpty else { throw .training }
    opset = model.opsetImports.first { Catalogue.canonical($0.domain).isEmpty }.map { Int(clamping: $0.version) } ?? 0
    guard opset == 0 || opset >= 10 else { throw .oldOpset(opset) }
    let selection = try BatchSelection(of: model.graph, chosen: chosen)
    guard !model.graph.sizeNames.contains(name) else { throw .taken(name) }
    (axes, inputs, size, left) = (selection.axes, selection.inputs, selection.size, selection.left)
    let before = ModelInference(of: Self.inhabited(model), declarations: declarations)
    open()
    let reviser = BatchReviser(model.graph, old: before.facts, size: size, name: name)
    _ = ModelInference(of: inferable, declarations: declarations) { reviser.revised($0, $1) }
    apply(reviser.edits, before.facts)
    let after = ModelInference(of: inferable, declarations: declarations)
    judge(before, after)
    record(after.facts)
  }

  /// Gives the chosen axes of the inputs the open size.
  private mutating func open() {
    for (input, axis) in axes {
      guard case .tensor(var type) = model.graph.values[input].type else { continue }
      type.shape?.dimensions[axis] = .symbol(name, atLeast: 0)
      model.graph.values[input].type = .tensor(type)
    }
  }

  /// The model with inputs whose open sizes are 1 or more: what is proved is proved for such runs.
  private static func inhabited(_ model: Model) -> Model {
    var model = model
    for input in model.graph.regions[model.graph.body].inputs {
      model.graph.values[input].type = model.graph.values[input].type.mapSizes(\.orOne)
    }
    return model
  }

  /// The model without the types that its file records for results: they are those of the old size.
  private var inferable: Model {
    var inferable = Self.inhabited(model)
    let body = model.graph.body
    for id in model.graph.values.indices {
      switch model.graph.values[id].definition {
      case .input(body, _), .initializer: continue
      default: inferable.graph.values[id].type = .unknown
      }
    }
    return inferable
  }

  private mutating func apply(_ edits: [Node.ID: [Int: BatchEdit]], _ old: [InferredValue]) {
    guard !edits.isEmpty else { return }
    var application = BatchEditApplication(
      Rewriter(model.graph, facts: [], opset: opset), sizeOf: axes, ranks: old.map { $0.type.shape?.rank })
    for node in edits.keys.sorted() {
      for (place, edit) in (edits[node] ?? [:]).sorted(by: { $0.key < $1.key }) {
        application.apply(edit, at: place, of: node)
      }
    }
    model.graph = application.finished()
    changes = application.changes
  }
}

// MARK: - Proof

extension BatchOpening {
  private mutating func judge(_ before: ModelInference, _ after: ModelInference) {
    let known = Set(before.problems)
    let tracker = SampleTracker(model.graph, facts: after.facts, name: name, opset: opset, inputs: axes)
    for (node, reason) in tracker.obstacles { obstacles.append("\(place(of: node)) \(reason)") }
    for problem in after.problems where !known.contains(problem) && problem.severity != .gap {
      obstacles.append(problem.message)
    }
    for output in model.graph.regions[model.graph.body].outputs {
      let name = model.graph.values[output].name
      if let layout = tracker.layouts[output] {
        guard !layout.outer.isProvablyEqual(to: 1) || tracker.sizes(output)[layout.axis].symbol != self.name else {
          continue
        }
        obstacles.append(
          "the output `\(name)` is \(after.facts[output.index].type), which has no axis for the samples alone")
      } else if tracker.isLost(output) {
        obstacles.append("the output `\(name)` comes from what is told above")
      } else if tracker.sized.contains(output) {
        obstacles.append("the output `\(name)` is computed from how many samples there are")
      }
    }
  }

  private func place(of id: Node.ID) -> String {
    let node = model.graph.nodes[id]
    let result = node.results.lazy.compactMap(\.self).first.map { "that gives `\(model.graph.values[$0].name)`" }
    return "\(node.operatorType) node \(node.name.isEmpty ? result ?? "\(id.index)" : "`\(node.name)`")"
  }

  /// Records the new types of values of which the file says something.
  private mutating func record(_ facts: [InferredValue]) {
    for region in model.graph.regions.indices {
      var content = model.graph.regions[region]
      let isBody = region == model.graph.body
      let outputs = Set(content.outputs)
      var changed: Set<Value.ID> = []
      for value in Set(content.valueInfo).union(outputs) {
        guard case .result = model.graph.values[value].definition, facts.indices.contains(value.index) else { continue }
        let (type, old) = (facts[value.index].type, model.graph.values[value].type)
        if old == type || !type.sizeNames.contains(name) && type.refines(old) { continue }
        model.graph.values[value].type = type
        changed.insert(value)
      }
      guard !changed.isEmpty else { continue }
      content.valueInfo.removeAll { changed.contains($0) && !model.graph.values[$0].type.hasElement }
      for value in changed { content.recordedTypes[value] = nil }
      content.otherRecords = [:]
      for (place, output) in content.outputs.enumerated() where changed.contains(output) {
        content.otherOutputs[place] = nil
        if isBody, !model.graph.values[output].type.hasElement { model.graph.values[output].type = .unknown }
      }
      model.graph.regions[region] = content
    }
  }
}

extension ValueType {
  /// Whether a file can say so much of a tensor.
  fileprivate var hasElement: Bool { element != nil }

  /// Whether what is known of a type agrees with another, so that the other may stay.
  fileprivate func refines(_ other: ValueType) -> Bool {
    guard let sizes = shape?.dimensions, let others = other.shape?.dimensions else { return other.shape == nil }
    return sizes.count == others.count && !zip(sizes, others).contains { $0.isProvablyDifferent(from: $1) }
  }
}

extension Dimension {
  /// The same size, of symbols that are 1 or more.
  fileprivate var orOne: Dimension {
    if constant != nil || isUnknown { return self }
    return substituting(
      Dictionary(symbols.map { ($0, Dimension.symbol($0, atLeast: 1)) }) { first, _ in first })
  }
}
