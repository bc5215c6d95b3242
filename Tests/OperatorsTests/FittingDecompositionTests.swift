import Graphs
import Operators
import Tensors
import Testing

/// Operators that the operator set does not have, written in terms of those it has.
struct FittingDecompositionTests {
  static let source = SourceRange(file: 0, start: 4, end: 9)

  static func gelu(opset: Int, x: (ElementType, [Dimension]?)) throws -> (GraphBuilder, Value.ID, [OperatorProblem]) {
    var builder = GraphBuilder(opsets: ["": opset])
    let input = builder.input("x", x.0, x.1)
    let schema = try #require(Catalogue.newestSchema(name: "Gelu"))
    let result = builder.call(
      OperatorCall("Gelu", inputs: [input], origin: Origin(source: source)), declared: schema)
    let output = try #require(result.outputs.compactMap(\.self).first)
    return (builder, output, result.problems)
  }

  @Test func geluBefore20IsSpelledOut() throws {
    let (builder, result, problems) = try Self.gelu(opset: 17, x: (.f32, [.symbol("N"), 4]))
    #expect(problems.isEmpty)
    #expect(
      builder.text() == ["Div(x, 1.4142135)", "Erf(Div)", "Add(Erf, 1.0)", "Mul(Add, 0.5)", "Mul(x, Mul)"])
    #expect(builder.known(result).type == .tensor(TensorType(.f32, [.symbol("N"), 4])))
  }

  @Test func partsComeFromWhereTheCallDoes() throws {
    let (builder, _, _) = try Self.gelu(opset: 17, x: (.f32, [2]))
    let nodes = builder.graph.regions[builder.graph.body].nodes
    #expect(nodes.count == 8, "five operators and three constants")
    #expect(nodes.allSatisfy { builder.graph.nodes[$0].origin.source == Self.source })
    #expect(builder.origin == Origin())
  }

  @Test func geluSince20IsItself() throws {
    let (builder, _, problems) = try Self.gelu(opset: 20, x: (.f32, [2]))
    #expect(problems.isEmpty && builder.text() == ["Gelu(x)"])
  }

  @Test func whatIsWrongIsToldOfTheCallNotOfItsParts() throws {
    let (builder, _, problems) = try Self.gelu(opset: 17, x: (.i32, [2]))
    #expect(problems.map(\.identifier) == ["type-mismatch"])
    #expect(problems.first?.message.hasPrefix("`X` is i32, but Gelu takes") == true)
    #expect(problems.first?.subject == .input(0))
    #expect(builder.text() == ["Gelu(x)"])
  }

  @Test func aDecompositionThatGivesUpLeavesNothingBehind() throws {
    // Without an element type there is no constant to write.
    var builder = GraphBuilder(opsets: ["": 17])
    let input = builder.addInput("x", .unknown)
    let schema = try #require(Catalogue.newestSchema(name: "Gelu"))
    let result = builder.call(OperatorCall("Gelu", inputs: [input], origin: Origin()), declared: schema)
    #expect(result.problems.map(\.message) == ["Gelu needs operator set 20; the model is written for 17"])
    #expect(builder.text() == ["Gelu(x)"] && builder.graph.regions[builder.graph.body].nodes.count == 1)
  }
}
