import Graphs
import Rewriting
import Tensors

/// A graph being rewritten to compute in a narrower floating-point type.
///
/// Inputs and outputs keep their types. Where a value is needed in both types, one Cast gives the other.
struct FloatApplication {
  private var rewriter: Rewriter
  private let plan: QuantizationPlan
  private let element: ElementType
  /// Places of arguments and results that are narrow, by node.
  private var places: [Node.ID: (inputs: Set<Int>, outputs: Set<Int>)] = [:]
  /// What each value of `f32` is in the narrower type.
  private var narrow: [Value.ID: Value.ID] = [:]

  init(_ plan: QuantizationPlan, _ rewriter: Rewriter) {
    self.rewriter = rewriter
    self.plan = plan
    element = plan.options.element
    let kept = Set(plan.layers.filter { $0.form == nil }.map(\.node))
    let convertibility = FloatConvertibility(rewriter: rewriter, opset: plan.opset, element: element)
    for node in rewriter.graph.regions[rewriter.graph.body].nodes
    where !kept.contains(node) && plan.selection?.contains(node) != false {
      if let found = convertibility.places(of: node) { places[node] = found }
    }
  }

  mutating func graph() -> Graph {
    let nodes = rewriter.graph.regions[rewriter.graph.body].nodes
    for (index, node) in nodes.enumerated() {
      guard let (inputs, outputs) = places[node] else { continue }
      narrowArguments(inputs, of: node)
      narrowAttributes(of: node)
      narrowResults(outputs, of: node, before: nodes.indices.contains(index + 1) ? nodes[index + 1] : nil)
    }
    return rewriter.finished()
  }

  private mutating func narrowArguments(_ places: Set<Int>, of node: Node.ID) {
    var inputs = rewriter.graph.nodes[node].inputs
    for place in places.sorted() {
      guard let value = inputs[place] else { continue }
      inputs[place] = narrowValue(value, before: node)
    }
    rewriter.rewire(node, inputs)
  }

  private mutating func narrowValue(_ value: Value.ID, before node: Node.ID) -> Value.ID {
    if let known = narrow[value] { return known }
    let name = rewriter.graph.values[value].name + "_" + element.spelling
    let result: Value.ID
    if let tensor = rewriter.storedTensor(value)?.converted(to: element), let region = rewriter.region(of: value) {
      result = rewriter.makeTensor(tensor, named: name, in: region, role: .parameter)
    } else {
      result = rewriter.makeValue(rewriter.uniqueName(name), .unknown, .undefined)
      rewriter.insert(Self.cast(value, to: result, element), before: node)
    }
    narrow[value] = result
    return result
  }

  private static func cast(_ value: Value.ID, to result: Value.ID, _ element: ElementType) -> Node {
    Node(
      "Cast", inputs: [value], outputs: [result], attributes: [Attribute("to", .int(Int64(element.rawValue)))])
  }

  /// What a node says of its result's type.
  private mutating func narrowAttributes(of node: Node.ID) {
    if rewriter.isOperator(node, "Cast") { rewriter.set("to", .int(Int64(element.rawValue)), of: node) }
    if rewriter.isOperator(node, "ConstantOfShape") {
      let value =
        rewriter.graph.nodes[node][attribute: "value"]?.tensor?.converted(to: element)
        ?? Tensor.numbers(element, [0])
      if let value { rewriter.set("value", .tensor(NamedTensor(value)), of: node) }
    }
  }

  /// Makes results narrow; who needs one as it was takes it from a Cast right behind the node.
  private mutating func narrowResults(_ places: Set<Int>, of node: Node.ID, before next: Node.ID?) {
    var outputs = rewriter.graph.nodes[node].outputs
    var casts: [Node] = []
    for place in places.sorted() {
      guard let value = outputs[place] else { continue }
      let name = rewriter.graph.values[value].name + "_" + element.spelling
      let result = rewriter.makeValue(rewriter.uniqueName(name), .unknown, .undefined)
      narrow[value] = result
      outputs[place] = result
      if isNeeded(value) { casts.append(Self.cast(result, to: value, .f32)) }
    }
    rewriter.setOutputs(outputs, of: node)
    for cast in casts {
      if let next {
        rewriter.insert(cast, before: next)
      } else {
        rewriter.append(cast, to: rewriter.graph.body)
      }
    }
  }

  /// Whether anybody needs a value as `f32`.
  private func isNeeded(_ value: Value.ID) -> Bool {
    if rewriter.outputUses[value.index] > 0 { return true }
    return rewriter.users[value.index].contains { user in
      guard let (inputs, _) = places[user] else { return true }
      let arguments = rewriter.graph.nodes[user].inputs
      return arguments.indices.contains { arguments[$0] == value && !inputs.contains($0) }
    }
  }
}
