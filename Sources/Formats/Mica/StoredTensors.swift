package import Graphs

/// The tensors of a model's file under the names by which a Mica text reaches them, `$name` and `` $`@12.value` ``.
package struct StoredTensors: Sendable {
  /// The initialisers of the graph, in the order of the file, by their own names.
  package private(set) var initializers: [(name: String, tensor: NamedTensor)] = []
  /// Tensors that are attributes of nodes, by their places: `@`, the number of the node as the file has them, counting
  /// those of subgraphs where the reader meets them, and the attribute; and the initialisers of subgraphs, with their own
  /// names behind that.
  package private(set) var inner: [String: NamedTensor] = [:]

  package init(_ model: Model) {
    let graph = model.graph
    initializers = graph.tensors(of: graph.body).map { ($0.name, $0) }
    for node in graph.nodes.indices {
      for attribute in graph.nodes[node].attributes {
        let place = Self.place(of: attribute.name, of: node)
        switch attribute.value {
        case .tensor(let tensor): inner[place] = tensor
        case .graph(let region):
          for tensor in graph.tensors(of: region) { inner["\(place).\(tensor.name)"] = tensor }
        default: break
        }
      }
    }
  }

  /// The name of a node's attribute: `@12.value`.
  static func place(of attribute: String, of node: Node.ID) -> String { "@\(node.index).\(attribute)" }
}

extension Graph {
  /// The initialisers of a region.
  fileprivate func tensors(of region: Region.ID) -> [NamedTensor] {
    regions[region].initializers.map { initializer in
      var tensor = NamedTensor(name: values[initializer.value].name, initializer.tensor)
      tensor.annotations = initializer.annotations
      return tensor
    }
  }
}
