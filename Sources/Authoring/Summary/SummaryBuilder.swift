import Graphs
import Operators
package import Semantics
import Tensors

extension ModelSummary {
  /// Sums up an elaborated model.
  ///
  /// - Parameter depth: how deep blocks are opened; library blocks never are. `nil` opens all.
  package init(_ elaboration: Elaboration, bindings: [String: Int] = [:], depth: Int? = nil) {
    let builder = SummaryBuilder(elaboration, bindings: bindings, depth: depth)
    self = builder.summary()
  }
}

/// Collects a summary from a graph.
private struct SummaryBuilder {
  let elaboration: Elaboration
  let graph: Graph
  let depth: Int?
  let bindings: [String: Int]
  let assumed: [String: Int]
  let values: [String: Int]
  let paths: InstancePaths
  let constantParameters: [Node.ID: Initializer]

  init(_ elaboration: Elaboration, bindings: [String: Int], depth: Int?) {
    self.elaboration = elaboration
    graph = elaboration.model.graph
    self.depth = depth
    self.bindings = bindings
    values = graph.openSizes(bindings)
    assumed = values.filter { bindings[$0.key] == nil }
    paths = InstancePaths(graph)
    constantParameters = elaboration.constantParameters
  }

  func summary() -> ModelSummary {
    var total = Totals()
    var layers: [ModelSummary.Layer] = []
    var rows: [RowKey: Int] = [:]
    var uncounted: [String: Int] = [:]
    var paths = DistinctPaths()
    for item in items() {
      let key = rowKey(of: item)
      let row = rows[key] ?? layers.count
      if row == layers.count {
        rows[key] = row
        var layer = layer(for: key, item)
        layer.path = paths.distinct(layer.path)
        layers.append(layer)
      }
      switch item {
      case .parameter(let initializer):
        if initializer.role == .parameter { layers[row].parameters.add(initializer.tensor.elementCount) }
        total.add(initializer)
      case .node(let node):
        if let constant = constantParameters[node] {
          layers[row].parameters.add(constant.tensor.elementCount)
          total.add(constant)
        }
        total.add(movedBytes: Catalogue.movedBytes(of: node, in: graph).evaluated(values))
        // What is no block has no results of its own: its last node's are what it comes to.
        if case .instance(let id) = key, graph.instances[id].outputs.isEmpty {
          layers[row].type = firstResult(of: item)
        }
        guard
          let cost = elaboration.costs[node] ?? Catalogue.cost(of: node, in: graph, opsets: elaboration.opsets),
          let macs = cost.macs.evaluated(values), let flops = cost.flops.evaluated(values)
        else {
          uncounted[graph.nodes[node].operatorType, default: 0] += 1
          continue
        }
        layers[row].macs.add(macs)
        total.macs.add(macs)
        total.flops.add(flops)
        total.macsFormula += cost.macs
        total.flopsFormula += cost.flops
      }
    }
    return ModelSummary(
      model: elaboration.declaration.name, parameters: total.parameters, buffers: total.buffers, macs: total.macs,
      macsFormula: total.macsFormula, flops: total.flops, flopsFormula: total.flopsFormula,
      weightBytes: total.weightBytes, peakActivationBytes: ActivationMemory(graph, sizes: values).peak,
      movedBytes: total.movedBytes,
      uncounted: uncounted.sorted { $0.key < $1.key }.map { .init(operatorType: $0.key, count: $0.value) },
      layers: layers.filter { !$0.isConstant }, bindings: bindings, assumed: assumed)
  }

  private struct Totals {
    var parameters = 0
    var buffers = 0
    var weightBytes = 0
    var macs = 0
    var flops = 0
    var movedBytes: Int? = 0
    var macsFormula: Dimension = 0
    var flopsFormula: Dimension = 0

    mutating func add(movedBytes bytes: Int?) {
      guard let bytes else { return movedBytes = nil }
      movedBytes?.add(bytes)
    }

    mutating func add(_ initializer: Initializer) {
      let count = initializer.tensor.elementCount
      switch initializer.role {
      case .parameter: parameters.add(count)
      case .buffer: buffers.add(count)
      case .constant: return
      }
      weightBytes.add(initializer.tensor.element.byteCount(of: count) ?? 0)
    }
  }

  // MARK: Rows

  /// What has a cost or a size: in the order in which a reader meets it.
  private enum Item {
    case parameter(Initializer)
    case node(Node.ID)
  }

  /// Nodes in order, subgraphs behind their owners; each instance's parameters before its first node.
  private func items() -> [Item] {
    var pending: [Instance.ID?: [Initializer]] = [:]
    for region in graph.regions.indices {
      for initializer in graph.regions[region].initializers where initializer.role != .constant {
        pending[graph.values[initializer.value].origin.instance, default: []].append(initializer)
      }
    }
    var items: [Item] = []
    func visit(_ region: Region.ID) {
      for node in graph.regions[region].nodes {
        for id in chain(of: graph.nodes[node].origin) {
          if let initializers = pending.removeValue(forKey: id) { items += initializers.map { .parameter($0) } }
        }
        items.append(.node(node))
        for attribute in graph.nodes[node].attributes {
          if case .graph(let inner) = attribute.value { visit(inner) }
        }
      }
    }
    visit(graph.body)
    for instance in pending.keys.sorted(by: { ($0?.index ?? -1) < ($1?.index ?? -1) }) {
      items += pending[instance]?.map { .parameter($0) } ?? []
    }
    return items
  }

  private enum RowKey: Hashable {
    case instance(Instance.ID)
    case node(Node.ID)
    /// A parameter or buffer that a body declares itself.
    case parameter(Value.ID)
  }

  private func origin(of item: Item) -> Origin {
    switch item {
    case .parameter(let initializer): graph.values[initializer.value].origin
    case .node(let node): graph.nodes[node].origin
    }
  }

  /// The instances around something, outermost first.
  private func chain(of origin: Origin) -> [Instance.ID] {
    var chain: [Instance.ID] = []
    var instance = origin.instance
    while let id = instance {
      chain.append(id)
      instance = graph.instances[id].parent
    }
    return chain.reversed()
  }

  /// The outermost instance around an item that is not opened, or else the item itself.
  private func rowKey(of item: Item) -> RowKey {
    var opened = 0
    for id in chain(of: origin(of: item)) where graph.instances[id].kind != .model {
      if graph.instances[id].isLibrary { return .instance(id) }
      if graph.instances[id].kind == .scope, graph.instances[id].callee != "scope" { return .instance(id) }
      opened += graph.instances[id].label == nil ? 0 : 1
      if let depth, opened >= depth { return .instance(id) }
    }
    switch item {
    case .node(let node): return .node(node)
    case .parameter(let initializer): return .parameter(initializer.value)
    }
  }

  private func layer(for key: RowKey, _ item: Item) -> ModelSummary.Layer {
    switch key {
    case .instance(let id):
      let instance = graph.instances[id]
      var path = paths.path(of: id)
      if instance.label == nil {
        path = path.isEmpty ? instance.callee : "\(path).\(instance.callee)"
      }
      let type = instance.outputs.first.map { graph.values[$0].type } ?? firstResult(of: item)
      return .init(path: path, callee: instance.callee, type: type, parameters: 0, macs: 0)
    case .node(let id):
      let node = graph.nodes[id]
      let path = paths.path(of: node.origin.instance)
      let name = node.name.split(separator: "/").last.map(String.init) ?? node.operatorType
      return .init(
        path: path.isEmpty ? name : "\(path).\(name)", callee: node.operatorType, type: firstResult(of: item),
        parameters: 0, macs: 0)
    case .parameter(let id):
      return .init(path: graph.values[id].name, callee: "param", type: graph.values[id].type, parameters: 0, macs: 0)
    }
  }

  private func firstResult(of item: Item) -> ValueType {
    switch item {
    case .node(let node): graph.nodes[node].outputs.first.flatMap { $0 }.map { graph.values[$0].type } ?? .unknown
    case .parameter(let initializer): graph.values[initializer.value].type
    }
  }
}

extension ModelSummary.Layer {
  /// Whether the row is a literal of the text.
  fileprivate var isConstant: Bool { callee == "Constant" && parameters == 0 && macs == 0 }
}

extension Int {
  /// Adds a count; sums beyond 64 bits stay at the greatest integer.
  mutating func add(_ count: Int) {
    let (sum, overflow) = addingReportingOverflow(count)
    self = overflow ? .max : sum
  }
}

/// Paths of rows: the second `pool` becomes `pool_1`, as names of nodes do.
private struct DistinctPaths {
  private var taken: Set<String> = []
  private var numbers: [String: Int] = [:]

  mutating func distinct(_ path: String) -> String {
    if taken.insert(path).inserted { return path }
    while true {
      let number = numbers[path, default: 0] + 1
      numbers[path] = number
      if taken.insert("\(path)_\(number)").inserted { return "\(path)_\(number)" }
    }
  }
}
