/// Where the elements of one graph stand in another that has taken them in.
package struct GraphPlacement: Sendable {
  private let values: Int
  private let nodes: Int
  private let regions: Int
  private let instances: Int

  fileprivate init(behind graph: Graph) {
    values = graph.values.count
    nodes = graph.nodes.count
    regions = graph.regions.count
    instances = graph.instances.count
  }

  package func callAsFunction(_ value: Value.ID) -> Value.ID { Value.ID(index: value.index + values) }
  package func callAsFunction(_ node: Node.ID) -> Node.ID { Node.ID(index: node.index + nodes) }
  package func callAsFunction(_ region: Region.ID) -> Region.ID { Region.ID(index: region.index + regions) }
  package func callAsFunction(_ instance: Instance.ID) -> Instance.ID {
    Instance.ID(index: instance.index + instances)
  }

  fileprivate func callAsFunction(_ origin: Origin) -> Origin {
    Origin(source: origin.source, instance: origin.instance.map { self($0) })
  }

  fileprivate func callAsFunction(_ definition: Value.Definition) -> Value.Definition {
    switch definition {
    case .input(let region, let index): .input(self(region), index: index)
    case .initializer(let region): .initializer(self(region))
    case .result(let node, let index): .result(self(node), index: index)
    case .undefined: .undefined
    }
  }

  fileprivate func callAsFunction(_ value: Attribute.Value) -> Attribute.Value {
    switch value {
    case .graph(let region): .graph(self(region))
    case .graphs(let regions): .graphs(regions.map { self($0) })
    default: value
    }
  }

  fileprivate func callAsFunction(_ region: Region) -> Region {
    var placed = region
    placed.owner = region.owner.map { self($0) }
    placed.inputs = region.inputs.map { self($0) }
    placed.outputs = region.outputs.map { self($0) }
    placed.nodes = region.nodes.map { self($0) }
    for index in region.initializers.indices {
      placed.initializers[index].value = self(region.initializers[index].value)
    }
    for index in region.sparseInitializers.indices {
      placed.sparseInitializers[index].value = self(region.sparseInitializers[index].value)
    }
    placed.valueInfo = region.valueInfo.map { self($0) }
    placed.recordedTypes = Dictionary(uniqueKeysWithValues: region.recordedTypes.map { (self($0), $1) })
    for index in region.quantization.indices {
      placed.quantization[index].value = region.quantization[index].value.map { self($0) }
    }
    return placed
  }
}

extension Graph {
  /// Takes in all elements of another graph, whose body becomes a region that no node has.
  ///
  /// Complexity: linear in the other graph.
  package mutating func takeIn(_ other: Graph) -> GraphPlacement {
    let placement = GraphPlacement(behind: self)
    for id in other.values.indices {
      var value = other.values[id]
      value.definition = placement(value.definition)
      value.origin = placement(value.origin)
      _ = values.append(value)
    }
    for id in other.nodes.indices {
      var node = other.nodes[id]
      node.inputs = node.inputs.map { $0.map { placement($0) } }
      node.outputs = node.outputs.map { $0.map { placement($0) } }
      for index in node.attributes.indices { node.attributes[index].value = placement(node.attributes[index].value) }
      node.origin = placement(node.origin)
      _ = nodes.append(node)
    }
    for id in other.regions.indices { _ = regions.append(placement(other.regions[id])) }
    for id in other.instances.indices {
      var instance = other.instances[id]
      instance.parent = instance.parent.map { placement($0) }
      instance.outputs = instance.outputs.map { placement($0) }
      _ = instances.append(instance)
    }
    shadowed += other.shadowed.map { placement($0) }
    return placement
  }
}
