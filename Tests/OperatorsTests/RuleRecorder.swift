import Graphs
import Operators
import Tensors

/// A writer that keeps what a decomposition writes as text, a line a node, and infers its types as a builder does.
struct RuleRecorder: NodeWriter {
  let opset: Int
  private(set) var lines: [String] = []
  private var facts: [InferredValue] = []

  init(opset: Int, arguments: [InferredValue]) {
    self.opset = opset
    facts = arguments
  }

  func known(_ value: Value.ID) -> InferredValue { facts[value.index] }

  mutating func write(
    _ name: String, _ inputs: [Value.ID?], attributes: [Attribute], outputCount: Int
  ) -> [Value.ID] {
    let values = inputs.map { $0.map(known) }
    let outputs =
      Catalogue.newestSchema(name: name)?
      .infer(opset: opset, inputs: values, attributes: attributes, outputCount: outputCount).outputs ?? []
    let results = outputs.map { add($0) }
    let arguments = inputs.map { $0.map { "v\($0.index)" } ?? "_" }.joined(separator: ", ")
    let settings = attributes.map { " \($0.name)=\(Self.text($0.value))" }.joined()
    lines.append("v\(results.first?.index ?? -1) = \(name)(\(arguments))\(settings)")
    return results
  }

  mutating func constant(_ tensor: Tensor) -> Value.ID {
    let shape = Shape(tensor.sizes.map { Dimension($0) })
    let numbers = tensor.integers(limit: 64)
    let id = add(
      InferredValue(
        type: .tensor(TensorType(tensor.element, shape)), elements: numbers?.map { Dimension($0) }, constant: tensor))
    let elements = numbers.map { "\($0)" } ?? tensor.fractions(limit: 64).map { "\($0)" } ?? "?"
    lines.append("v\(id.index) = \(tensor.element)\(tensor.sizes) \(elements)")
    return id
  }

  private mutating func add(_ value: InferredValue) -> Value.ID {
    facts.append(value)
    return Value.ID(index: facts.count - 1)
  }

  private static func text(_ value: Attribute.Value) -> String {
    if let int = value.int { return "\(int)" }
    return value.float.map { "\($0)" } ?? "?"
  }
}

extension RuleCall {
  /// What the operator's decomposition writes, the types of its results last; `none` where it gives up.
  var decomposition: [String] {
    guard let rule = Catalogue.rules(name: name)?.decompose, let schema = Catalogue.newestSchema(name: name) else {
      return ["none"]
    }
    let arguments = inputs.compactMap { $0 }
    var next = 0
    let identifiers = inputs.map { input -> Value.ID? in
      guard input != nil else { return nil }
      next += 1
      return Value.ID(index: next - 1)
    }
    let call = OperatorCall(
      name, inputs: identifiers, attributes: attributes, outputCount: resultCount, origin: Origin())
    var context = DecompositionContext(
      call: call, schema: schema, writer: RuleRecorder(opset: opset, arguments: arguments))
    guard rule(&context), let recorder = context.writer as? RuleRecorder else { return ["none"] }
    let results = context.results.map { "v\($0.index): \(recorder.known($0).type)" }.joined(separator: ", ")
    return recorder.lines + ["return " + results]
  }
}
