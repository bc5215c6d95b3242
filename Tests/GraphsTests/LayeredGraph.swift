import Graphs
import Tensors

/// A graph of layers, `x = x + Relu(x @ w) * s`, to be put together step by step.
struct LayeredGraph {
  private(set) var graph = Graph(name: "m")
  /// What the next node takes.
  private(set) var value: Value.ID
  static let type = ValueType.tensor(TensorType(.f32, [.symbol("N"), 8]))

  init() {
    value = graph.values.append(Value(name: "x", type: Self.type, definition: .input(graph.body, index: 0)))
    graph.regions[graph.body].inputs = [value]
  }

  /// Adds a node without a name whose result, without one either, the next one takes.
  mutating func add(_ operatorType: String, _ others: Value.ID..., attributes: [Attribute] = []) {
    add(operatorType, others, attributes: attributes)
  }

  mutating func add(_ operatorType: String, _ others: [Value.ID], attributes: [Attribute] = []) {
    let node = graph.nodes.append(Node(operatorType, inputs: [value] + others, outputs: [], attributes: attributes))
    value = graph.values.append(Value(name: "", type: Self.type, definition: .result(node, index: 0)))
    graph.nodes[node].outputs = [value]
    graph.regions[graph.body].nodes.append(node)
  }

  /// Lets the next node take another value.
  mutating func continueFrom(_ other: Value.ID) { value = other }

  /// A weight `[8, 8]` whose numbers all are `number`.
  mutating func weight(_ name: String, _ number: Double) -> Value.ID {
    let tensor = Tensor.numbers(.f32, Array(repeating: number, count: 64), sizes: [8, 8])
    guard let tensor else { preconditionFailure("f32 has every small number") }
    let weight = graph.values.append(Value(name: name, type: tensor.type, definition: .initializer(graph.body)))
    graph.regions[graph.body].initializers.append(Initializer(value: weight, tensor: tensor, role: .parameter))
    return weight
  }

  mutating func addLayer(_ index: Int) {
    let before = value
    add("MatMul", weight("layers.\(index).w", Double(index) + 1))
    add("Relu")
    add("Mul", weight("layers.\(index).s", -Double(index) - 1))
    add("Add", before)
  }

  /// The graph, whose last value is its output.
  func finished() -> Graph {
    var graph = graph
    graph.values[value].name = "y"
    graph.regions[graph.body].outputs = [value]
    return graph
  }
}
