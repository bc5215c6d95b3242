import Operators
import Tensors
import Testing

/// Calls with the shapes that their results have when they run: single-node models of onnx 1.23.2's backend test suite
/// (`onnx.backend.test.case.node`) and the outputs recorded there, one model per operator, shapes and attributes.
enum RuleNodeCases {
  static let all = [elementwise, window, reduction, movement, products, learning].flatMap { table in
    table.split(separator: "\n").map(String.init)
  }

  static func split(_ line: String) -> (call: String, results: String) {
    guard let arrow = line.indices.last(where: { line[$0...].hasPrefix(" -> ") }) else { return (line, "") }
    return (String(line[..<arrow]), String(line[arrow...].dropFirst(4)))
  }
}

@Suite("Rules on the models of the ONNX backend test suite")
struct RuleNodeTests {
  @Test("Shapes are those of the recorded outputs", arguments: RuleNodeCases.all)
  func shapes(line: String) throws {
    let (text, expected) = RuleNodeCases.split(line)
    let call = RuleCall(text)
    let schema = try #require(Catalogue.schema(domain: call.domain, name: call.name, opset: call.opset))
    let (outputs, problems) = schema.infer(
      opset: call.opset, inputs: call.inputs, attributes: call.attributes, outputCount: call.resultCount)
    #expect(outputs.map { "\($0.type)" }.joined(separator: ", ") == expected)
    #expect(problems.map(\.message) == [])
  }

  /// Sizes of the arguments are named (`s5` for 5), so that the inferred expressions, evaluated, must give what runs gave.
  @Test("With symbolic sizes, what is inferred holds for the recorded ones", arguments: RuleNodeCases.all)
  func symbolicSizes(line: String) throws {
    let (text, expected) = RuleNodeCases.split(line)
    let call = RuleCall(text)
    let schema = try #require(Catalogue.schema(domain: call.domain, name: call.name, opset: call.opset))
    var bindings: [String: Int] = [:]
    let inputs = call.inputs.map { input -> InferredValue? in
      guard var input, input.elements == nil, input.constant == nil, case .tensor(var type) = input.type else {
        return input
      }
      type.shape = type.shape.map { shape in
        Shape(
          shape.dimensions.map { size in
            guard let constant = size.constant, constant > 1 else { return size }
            bindings["s\(constant)"] = constant
            return .symbol("s\(constant)")
          })
      }
      input.type = .tensor(type)
      return input
    }
    let (outputs, problems) = schema.infer(
      opset: call.opset, inputs: inputs, attributes: call.attributes, outputCount: call.resultCount)
    #expect(problems.filter { !$0.identifier.hasPrefix("undetermined") }.map(\.message) == [])
    var reader = NotationReader(expected)
    for output in outputs {
      let truth = try #require(reader.argument()?.type.shape?.constants)
      _ = reader.take(",")
      guard let shape = output.type.shape else { continue }
      try #require(shape.rank == truth.count)
      for (size, value) in zip(shape.dimensions, truth) where !size.isUnknown {
        #expect(size.evaluated(bindings) == value, "\(size) in \(shape)")
      }
    }
  }
}
