import Graphs
import Operators
import Tensors
import Testing

/// Checks that hold for any operator, with or without a rule.
struct CatalogueInferenceTests {
  static func problems(
    _ name: String, _ types: [ValueType?], _ attributes: [Attribute] = [], outputCount: Int = 1, opset: Int = 21
  ) -> [String] {
    guard let schema = Catalogue.schema(name: name, opset: opset) else { return ["no schema"] }
    let inputs = types.map { $0.map { InferredValue(type: $0) } }
    return schema.infer(opset: opset, inputs: inputs, attributes: attributes, outputCount: outputCount)
      .problems.map { "\($0.identifier): \($0.message)" }
  }

  static func tensor(_ element: ElementType, _ sizes: [Dimension]? = nil) -> ValueType {
    .tensor(TensorType(element, sizes.map(Shape.init)))
  }

  @Test func tensorsNeverPromote() {
    let found = Self.problems("Add", [Self.tensor(.f32, [2]), Self.tensor(.i64, [2])])
    #expect(
      found == ["type-mismatch: `B` is i64, but `A` is f32: Add takes one type for both, and tensors never promote"])
    #expect(Self.problems("Add", [Self.tensor(.f32, [2]), Self.tensor(.f32, [2])]) == [])
  }

  @Test func constraintsAreChecked() {
    let found = Self.problems("Erf", [Self.tensor(.bool, [2])])
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("type-mismatch: `input` is bool, but Erf takes") == true)
  }

  @Test func concatSaysWhichInputsDiffer() {
    let types = [Self.tensor(.f32, [2]), Self.tensor(.f32, [2]), Self.tensor(.f16, [2])]
    let found = Self.problems("Concat", types, [Attribute("axis", .int(0))])
    #expect(found.first?.hasPrefix("type-mismatch: `inputs` is f16, but another `inputs` is f32") == true)
  }

  @Test(arguments: [
    ("Add", 1, [Attribute](), "missing-input: Add needs its input `B`"),
    ("Relu", 2, [], "too-many-inputs: Relu takes 1 input (`X`), not 2"),
    ("Concat", 0, [Attribute("axis", .int(0))], "missing-input: Concat needs 1 or more `inputs`"),
    ("Concat", 1, [], "missing-attribute: Concat needs the attribute `axis`, an integer"),
    (
      "LeakyRelu", 1, [Attribute("alhpa", .float(1))],
      "unknown-attribute: LeakyRelu has no attribute `alhpa`; is `alpha` meant?"
    ),
    (
      "LeakyRelu", 1, [Attribute("alpha", .string("x"))],
      "wrong-attribute-kind: `alpha` of LeakyRelu is a float, not a string"
    ),
  ])
  func callIsChecked(name: String, inputCount: Int, attributes: [Attribute], expected: String) {
    let types = Array<ValueType?>(repeating: Self.tensor(.f32, [2]), count: inputCount)
    #expect(Self.problems(name, types, attributes).contains(expected))
  }

  @Test func integersServeAsFloats() {
    #expect(Self.problems("LeakyRelu", [Self.tensor(.f32, [2])], [Attribute("alpha", .int(1))]) == [])
  }

  @Test func tooManyResults() {
    let found = Self.problems("Relu", [Self.tensor(.f32, [2])], outputCount: 2)
    #expect(found == ["too-many-outputs: Relu gives 1 result, not 2"])
  }

  @Test func resultsHaveTheTypeOfTheirVariable() throws {
    let schema = try #require(Catalogue.schema(name: "MatMul", opset: 21))
    let input = InferredValue(type: Self.tensor(.bf16))
    let found = schema.infer(opset: 21, inputs: [input, input], attributes: [], outputCount: 1)
    #expect(found.outputs[0].type.element == .bf16)
    let shape = try #require(Catalogue.schema(name: "Shape", opset: 21))
    let sizes = shape.infer(opset: 21, inputs: [InferredValue(type: .unknown)], attributes: [], outputCount: 1)
    #expect(sizes.outputs[0].type.element == .i64)
  }
}
