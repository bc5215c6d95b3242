import Graphs
import Operators
import Tensors
import Testing

struct GraphBuilderTests {
  @Test func callWritesOneTypedNode() throws {
    var builder = GraphBuilder(graphName: "g", opsets: ["": 21])
    let a = builder.input("a", .f16, [.symbol("N"), 4])
    let schema = try #require(Catalogue.schema(name: "Sub", opset: 21))
    let source = SourceRange(file: 1, start: 2, end: 3)
    let result = builder.call(
      OperatorCall("Sub", inputs: [a, a], origin: Origin(source: source)), declared: schema)
    let value = try #require(result.outputs[0])
    #expect(builder.known(value).type.element == .f16)
    #expect(builder.graph.values[value].origin.source == source)
    guard case .result(let node, index: 0) = builder.graph.values[value].definition else {
      Issue.record("the result is a node's")
      return
    }
    #expect(builder.graph.nodes[node].origin.source == source)
    #expect(builder.graph.regions[builder.graph.body].nodes == [node])
  }

  @Test func unwantedResultsHaveNoValue() throws {
    var builder = GraphBuilder(opsets: ["": 21])
    let a = builder.input("a", .f32, [8])
    let k = builder.constant(.i64([2]))
    let schema = try #require(Catalogue.schema(name: "TopK", opset: 21))
    var call = OperatorCall("TopK", inputs: [a, k], outputCount: 2, origin: Origin())
    call.wanted = [false, true]
    let outputs = builder.call(call, declared: schema).outputs
    #expect(outputs.count == 2 && outputs[0] == nil && outputs[1] != nil)
    #expect(outputs[1].map { builder.known($0).type.element } == .i64)
  }

  @Test func integersBecomeFloatsInTheNode() throws {
    var builder = GraphBuilder(opsets: ["": 21])
    let a = builder.input("a", .f32, [8])
    let schema = try #require(Catalogue.schema(name: "LeakyRelu", opset: 21))
    let call = OperatorCall("LeakyRelu", inputs: [a], attributes: [Attribute("alpha", .int(2))], origin: Origin())
    #expect(builder.call(call, declared: schema).problems.isEmpty)
    #expect(builder.text() == ["LeakyRelu(a) alpha=2.0"])
  }

  @Test func subgraphsGetTheirOwner() throws {
    var builder = GraphBuilder(opsets: ["": 21])
    let condition = builder.input("condition", .bool, [])
    let a = builder.input("a", .f32, [2])
    var branches: [Region.ID] = []
    for operation in ["Relu", "Neg"] {
      let region = builder.beginRegion(operation)
      builder.setOutputs(builder.write(operation, [a]))
      builder.endRegion()
      branches.append(region)
    }
    let schema = try #require(Catalogue.schema(name: "If", opset: 21))
    let attributes = zip(["then_branch", "else_branch"], branches).map { Attribute($0, .graph($1)) }
    let result = builder.call(
      OperatorCall("If", inputs: [condition], attributes: attributes, origin: Origin()), declared: schema)
    #expect(result.problems.isEmpty)
    #expect(builder.region == builder.graph.body)
    let node = try #require(builder.graph.regions[builder.graph.body].nodes.last)
    #expect(branches.map { builder.graph.regions[$0].owner } == [node, node])
    #expect(builder.text(of: branches[1]) == ["Neg(a)"])
  }

  @Test func customCallsAreWrittenAsTheyStand() {
    var builder = GraphBuilder(opsets: ["": 21, "com.example": 1])
    let a = builder.input("a", .f32, [2])
    let call = OperatorCall(domain: "com.example", "Magic", inputs: [a, nil], outputCount: 2, origin: Origin())
    let outputs = builder.call(custom: call)
    #expect(outputs.map { $0.map { builder.known($0).type } } == [.unknown, .unknown])
    #expect(builder.text() == ["Magic(a, _)"])
  }

  @Test func constantsAreKnown() {
    var builder = GraphBuilder(opsets: ["": 21])
    let value = builder.constant(.i64([3, -1]))
    #expect(builder.known(value).elements == [3, -1])
    #expect(builder.known(value).type == .tensor(TensorType(.i64, [2])))
    #expect(builder.known(value).constant != nil)
    let weight = builder.addInitializer(
      "w", Tensor(.f32, [4, 4], .bytes(Array(repeating: 0, count: 64))), role: .parameter)
    #expect(builder.known(weight).constant == nil && builder.known(weight).type.shape?.constants == [4, 4])
  }
}
