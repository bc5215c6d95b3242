import Graphs
import Tensors

/// The integers of a model that its text decides: sizes of parameters, attributes, elements of small constants, and what
/// blocks return.
struct ModelSizes {
  enum Place: Hashable {
    /// A parameter or buffer, by its path.
    case axis(String, Int)
    /// An attribute of a node, by the node's name; of a list one element.
    case attribute(String, String, Int?)
    /// An element of a constant that a node takes.
    case element(String, input: Int, Int, of: Int)
    /// An axis of what an instance of a block of the user's returns, by its path.
    case result(String, Int, Int)
  }

  private(set) var sizes: [Place: Int] = [:]
  /// The values and nodes that the places are of.
  private(set) var values: [String: Value.ID] = [:]
  private(set) var nodes: [String: Node.ID] = [:]

  subscript(_ place: Place) -> Int? { sizes[place] }

  init(_ graph: Graph) {
    let body = graph.regions[graph.body]
    var constants: [Value.ID: [Int]] = [:]
    for initializer in body.initializers {
      let name = graph.values[initializer.value].name
      if initializer.role == .constant {
        constants[initializer.value] = initializer.tensor.integerElements
      } else {
        values[name] = initializer.value
        for (axis, size) in initializer.tensor.sizes.enumerated() { sizes[.axis(name, axis)] = size }
      }
    }
    for id in body.nodes {
      let node = graph.nodes[id]
      if let tensor = node.constant, case let result?? = node.results.first {
        constants[result] = tensor.integerElements
        continue
      }
      nodes[node.name] = id
      for attribute in node.attributes {
        switch attribute.value {
        case .int(let value): sizes[.attribute(node.name, attribute.name, nil)] = Int(value)
        case .ints(let list):
          for (index, value) in list.enumerated() { sizes[.attribute(node.name, attribute.name, index)] = Int(value) }
        default: break
        }
      }
      for (input, value) in node.inputs.enumerated() {
        guard let value, let elements = constants[value] else { continue }
        for (index, element) in elements.enumerated() {
          sizes[.element(node.name, input: input, index, of: elements.count)] = element
        }
      }
    }
    addResults(graph)
  }

  private mutating func addResults(_ graph: Graph) {
    let paths = graph.instancePaths
    for id in graph.instances.indices {
      let instance = graph.instances[id]
      guard instance.kind == .block, !instance.isLibrary, let path = paths[id] else { continue }
      for (index, output) in instance.outputs.enumerated() {
        for (axis, size) in (graph.values[output].type.shape?.dimensions ?? []).enumerated() {
          if let size = size.constant { sizes[.result(path, index, axis)] = size }
        }
      }
    }
  }

  /// Where the sizes of a text differ from those that are wanted, results of blocks left out.
  func differences(from wanted: ModelSizes) -> [Place] {
    sizes.compactMap { place, size in
      guard let other = wanted.sizes[place], other != size, !place.isResult else { return nil }
      return place
    }
  }
}

extension ModelSizes.Place {
  var isResult: Bool { if case .result = self { true } else { false } }
}

extension Graph {
  /// The instances of blocks by the labels of the calls around them; those that have the same are counted.
  var instancePaths: [Instance.ID: String] {
    var paths: [Instance.ID: String] = [:]
    var counts: [String: Int] = [:]
    for id in instances.indices {
      let instance = instances[id]
      let outer = instance.parent.flatMap { paths[$0] } ?? ""
      let own = "\(outer)/\(instance.label ?? instance.callee)"
      let count = counts[own, default: 0]
      counts[own] = count + 1
      paths[id] = count == 0 ? own : "\(own)#\(count)"
    }
    return paths
  }
}
