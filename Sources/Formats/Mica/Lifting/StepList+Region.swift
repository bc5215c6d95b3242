import Graphs
import Tensors

extension StepList {
  /// The steps of a region: its nodes, without the Constants that stand in calls as literals.
  ///
  /// - Parameters:
  ///   - used: what any node of the graph uses.
  ///   - plain: nodes that repeat no others than such.
  ///   - outer: the values from around the region that it uses, by number; those that it is the first to use are added.
  init(
    _ id: Region.ID, of graph: Graph, leaves: LeafTensors, used: Set<Value.ID>, implied: ImpliedAttributes,
    plain: [Node.ID: ModelLifter.Plainness], outer: inout [Value.ID]
  ) throws(InexpressibleModel) {
    var numbers = Dictionary(outer.enumerated().map { ($1, $0) }) { first, _ in first }
    var results: [Value.ID: StepResult] = [:]
    let region = graph.regions[id]
    let own = Set(region.nodes)

    func reference(to value: Value.ID?, outer: inout [Value.ID]) throws(InexpressibleModel) -> Step.Reference {
      guard let value else { return .omitted }
      if let result = results[value] { return .result(result) }
      if leaves[value] != nil { return .tensor }
      switch graph.values[value].definition {
      case .undefined: throw InexpressibleModel("`\(graph.values[value].name)`, which nothing defines")
      case .result(let node, _) where own.contains(node):
        throw InexpressibleModel("`\(graph.values[value].name)`, which is used before its node")
      case .input, .initializer, .result: break
      }
      if let number = numbers[value] { return .outer(number) }
      numbers[value] = outer.count
      outer.append(value)
      return .outer(outer.count - 1)
    }

    for id in region.nodes {
      let node = graph.nodes[id]
      if let output = node.results.first ?? nil, leaves.isConstant(output), used.contains(output),
        !region.outputs.contains(output)
      {
        continue
      }
      var arguments: [Step.Reference] = []
      for value in node.arguments { arguments.append(try reference(to: value, outer: &outer)) }
      var hasher = Hasher()
      hasher.combine(Self.shape(of: id, arguments, graph, leaves, implied))
      hasher.combine(plain[id])
      if plain[id] == .alone { hasher.combine(id) }
      var step = Step(nodes: [id], arguments: arguments, shape: hasher.finalize())
      for value in graph.capturedValues(of: id) where leaves[value] == nil {
        step.captures[value] = try reference(to: value, outer: &outer)
      }
      for (index, output) in node.results.enumerated() {
        if let output { results[output] = StepResult(step: steps.count, index: index) }
      }
      steps.append(step)
    }
    for value in region.outputs { self.results.append(try reference(to: value, outer: &outer)) }
  }

  /// A number for what a node is, whatever its tensors and attributes hold and its arguments come from.
  private static func shape(
    of id: Node.ID, _ arguments: [Step.Reference], _ graph: Graph, _ leaves: LeafTensors, _ implied: ImpliedAttributes
  ) -> Int {
    let node = graph.nodes[id]
    var hasher = Hasher()
    hasher.combine(node.callee.domain)
    hasher.combine(node.callee.operatorType)
    hasher.combine(node.callee.overload)
    hasher.combine(node.results.count)
    for (value, argument) in zip(node.arguments, arguments) {
      switch argument {
      case .omitted: hasher.combine(0)
      case .result, .outer: hasher.combine(1)
      case .tensor:
        guard let tensor = value.flatMap({ leaves[$0] })?.tensor else { continue }
        hasher.combine(tensor.element)
        hasher.combine(tensor.sizes)
      }
    }
    for attribute in node.attributes.sorted(by: { $0.name < $1.name })
    where !implied.contains(attribute, of: node, leaves) {
      hasher.combine(attribute.name)
      hasher.combine(attribute.value.kindNumber)
      // Subgraphs are not compared with each other.
      if !attribute.value.regions.isEmpty { hasher.combine(id) }
    }
    return hasher.finalize()
  }
}

extension Graph {
  /// The values that a node's subgraphs use from around them.
  fileprivate func capturedValues(of node: Node.ID) -> [Value.ID] {
    var captured: [Value.ID] = []
    var own: Set<Value.ID> = []
    func visit(_ region: Region.ID) {
      own.formUnion(regions[region].inputs)
      own.formUnion(regions[region].initializers.map(\.value))
      for id in regions[region].nodes {
        captured += nodes[id].arguments.compactMap(\.self)
        for attribute in nodes[id].attributes { attribute.value.regions.forEach(visit) }
        own.formUnion(nodes[id].results.compactMap(\.self))
      }
      captured += regions[region].outputs
    }
    for attribute in nodes[node].attributes { attribute.value.regions.forEach(visit) }
    var seen: Set<Value.ID> = []
    return captured.filter { !own.contains($0) && seen.insert($0).inserted }
  }
}
