package import Graphs
import Tensors

extension GraphBuilder {
  /// How many results a node has at least: up to the last that the schema requires, and of a variadic one as many as the
  /// attributes, the inputs or the subgraphs say.
  package func requiredResults(
    of schema: OperatorSchema, attributes: [Attribute], inputs: [Value.ID?]
  ) -> Int {
    guard schema.outputs.last?.arity == .variadic else {
      return schema.outputs.lastIndex { $0.arity == .single }.map { $0 + 1 } ?? 0
    }
    func attribute(_ name: String) -> Attribute.Value? { attributes.first { $0.name == name }?.value }
    guard schema.domain.isEmpty else { return schema.outputs.count }
    switch schema.name {
    case "Split":
      if let count = attribute("num_outputs")?.int { return Int(clamping: count) }
      if let sizes = attribute("split")?.ints { return sizes.count }
      if inputs.count > 1, let sizes = inputs[1] { return known(sizes).elements?.count ?? 1 }
    case "If":
      if let branch = attribute("then_branch")?.regions.first { return graph.regions[branch].outputs.count }
    case "Loop":
      // A body's first result is whether to go on.
      if let body = attribute("body")?.regions.first { return max(1, graph.regions[body].outputs.count - 1) }
    case "Scan":
      if let body = attribute("body")?.regions.first { return graph.regions[body].outputs.count }
    default: break
    }
    return schema.outputs.count
  }

  /// The call with a name for each result that ONNX does not let a node omit.
  func completed(
    _ call: OperatorCall, _ schema: OperatorSchema, inputs: [Value.ID?], _ attributes: [Attribute]
  ) -> OperatorCall {
    guard call.completesResults else { return call }
    var call = call
    let required = requiredResults(of: schema, attributes: attributes, inputs: inputs)
    if required <= Self.maximumResults { call.outputCount = max(call.outputCount, required) }
    for index in call.wanted.indices where schema.output(at: index)?.arity != .optional { call.wanted[index] = true }
    return call
  }

  /// The most results that a number in a text makes by itself.
  private static let maximumResults = 1 << 16
}
