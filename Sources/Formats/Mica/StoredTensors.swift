package import Graphs
package import Tensors

/// The tensors of a model's file under the names by which a Mica text reaches them, `$name` and `` $`@12.value` ``.
package struct StoredTensors: Sendable {
  /// The initialisers of the graph, in the order of the file, by their own names.
  package private(set) var initializers: [(name: String, tensor: NamedTensor)] = []
  /// The sparse ones, likewise.
  package private(set) var sparseInitializers: [(name: String, tensor: SparseTensor)] = []
  /// Tensors that are attributes of nodes, or initialisers of subgraphs, by their places.
  ///
  /// A place is `@`, the number of the node as the file has them, counting those of subgraphs where the reader meets them,
  /// and the attribute; behind that the number of the element of a list, or the name of the subgraph's initialiser.
  package private(set) var inner: [String: NamedTensor] = [:]
  /// Sparse tensors, likewise.
  package private(set) var innerSparse: [String: SparseTensor] = [:]
  /// What Constant nodes of the graph and of its subgraphs give, by the names of their results, in the order of the nodes.
  ///
  /// A name that the file has for something else as well is its place, as in `inner`.
  package private(set) var constants: [(name: String, tensor: Tensor)] = []
  /// The places of those that are a tensor in the file too.
  package private(set) var constantPlaces: Set<String> = []

  package init(_ model: Model) {
    let graph = model.graph
    initializers = graph.regions[graph.body].initializers.map { (graph.values[$0.value].name, graph.named($0)) }
    sparseInitializers = graph.regions[graph.body].sparseInitializers.map { (graph.values[$0.value].name, $0.tensor) }
    add(graph, prefix: "")
    addConstants(graph)
    for (index, function) in model.functions.enumerated() {
      let prefix = Self.prefix(ofFunction: index)
      add(function.graph, prefix: prefix)
      for attribute in function.attributeDefaults {
        add(attribute, at: Self.place(ofDefault: attribute.name, prefix: prefix), of: function.graph)
      }
    }
    for (index, training) in model.training.enumerated() {
      if let graph = training.initialization { add(whole: graph, prefix: Self.prefix(of: "initialization", index)) }
      if let graph = training.algorithm { add(whole: graph, prefix: Self.prefix(of: "algorithm", index)) }
    }
  }

  /// Adds a graph of its own, initialisers and all.
  private mutating func add(whole graph: Graph, prefix: String) {
    addInitializers(of: graph.body, at: "@" + prefix.dropLast(), of: graph)
    add(graph, prefix: prefix)
  }

  private mutating func add(_ graph: Graph, prefix: String) {
    for node in graph.nodes.indices {
      for attribute in graph.nodes[node].attributes {
        add(attribute, at: Self.place(of: attribute.name, of: node, prefix: prefix), of: graph)
      }
    }
  }

  private mutating func addConstants(_ graph: Graph) {
    var names = Set(initializers.map(\.name)).union(sparseInitializers.map(\.name))
    for id in graph.nodes.indices {
      let node = graph.nodes[id]
      guard node.operatorType == "Constant", node.domain.isEmpty, let attribute = node.attributes.first,
        let tensor = attribute.value.constant, let output = node.outputs.first ?? nil
      else { continue }
      let place = Self.place(of: attribute.name, of: id)
      let name = graph.values[output].name
      let isFree = !name.isEmpty && !name.hasPrefix("@") && names.insert(name).inserted
      constants.append((isFree ? name : place, tensor))
      constantPlaces.insert(place)
    }
  }

  private mutating func add(_ attribute: Attribute, at place: String, of graph: Graph) {
    switch attribute.value {
    case .tensor(let tensor): inner[place] = tensor
    case .tensors(let tensors):
      for (index, tensor) in tensors.enumerated() { inner["\(place).\(index)"] = tensor }
    case .sparseTensor(let tensor): innerSparse[place] = tensor
    case .sparseTensors(let tensors):
      for (index, tensor) in tensors.enumerated() { innerSparse["\(place).\(index)"] = tensor }
    case .graph(let region): addInitializers(of: region, at: place, of: graph)
    case .graphs(let regions):
      for (index, region) in regions.enumerated() { addInitializers(of: region, at: "\(place).\(index)", of: graph) }
    default: break
    }
  }

  private mutating func addInitializers(of region: Region.ID, at place: String, of graph: Graph) {
    for initializer in graph.regions[region].initializers {
      let tensor = graph.named(initializer)
      inner["\(place).\(tensor.name)"] = tensor
    }
    for initializer in graph.regions[region].sparseInitializers {
      innerSparse["\(place).\(graph.values[initializer.value].name)"] = initializer.tensor
    }
  }

  /// The place of a node's attribute: `@12.value`; dots in its name are quoted.
  static func place(of attribute: String, of node: Node.ID, prefix: String = "") -> String {
    "@\(prefix)\(node.index).\(quoted(attribute))"
  }

  /// The place of the default of a function's attribute.
  static func place(ofDefault attribute: String, prefix: String) -> String { "@\(prefix)default.\(quoted(attribute))" }

  static func place(ofInitializer name: String) -> String { "@initializer.\(name)" }

  /// What stands before the numbers of the nodes of a function.
  static func prefix(ofFunction index: Int) -> String { "function.\(index)." }

  /// What stands before the numbers of the nodes of a graph for training.
  static func prefix(of graph: String, _ index: Int) -> String { "\(graph).\(index)." }

  private static func quoted(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "\\") }) else { return name }
    var text = ""
    for scalar in name.unicodeScalars {
      if scalar == "." || scalar == "\\" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}

extension Attribute.Value {
  /// What a Constant node with this attribute gives; `nil` for a sparse tensor.
  fileprivate var constant: Tensor? {
    switch self {
    case .tensor(let named): named.tensor
    case .float(let value): Tensor.bits(.f32, [UInt64(value.bitPattern)], sizes: [])
    case .floats(let values): Tensor.bits(.f32, values.map { UInt64($0.bitPattern) }, sizes: [values.count])
    case .int(let value): Tensor.bits(.i64, [UInt64(bitPattern: value)], sizes: [])
    case .ints(let values): Tensor.bits(.i64, values.map { UInt64(bitPattern: $0) }, sizes: [values.count])
    case .string(let text): Tensor(.string, [], .strings([text]))
    case .strings(let texts): Tensor(.string, [texts.count], .strings(texts))
    default: nil
    }
  }
}

extension Graph {
  /// An initialiser as a tensor with its name.
  fileprivate func named(_ initializer: Initializer) -> NamedTensor {
    var tensor = NamedTensor(name: values[initializer.value].name, initializer.tensor)
    tensor.annotations = initializer.annotations
    return tensor
  }
}
