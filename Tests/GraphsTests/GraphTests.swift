import Graphs
import Tensors
import Testing

@Suite struct GraphTests {
  @Test func beginsWithAnEmptyBody() {
    let graph = Graph(name: "g")
    #expect(graph.regions.count == 1)
    #expect(graph.regions[graph.body].name == "g")
    #expect(graph.regions[graph.body].owner == nil)
    #expect(graph.nodes.count == 0 && graph.values.count == 0 && graph.instances.count == 0)
  }

  @Test func findsAttributesByName() {
    let node = Node(
      "Op", inputs: [], outputs: [],
      attributes: [
        Attribute("i", .int(1)), Attribute("i", .int(2)), Attribute("f", .float(0.5)), Attribute("l", .ints([1, 2])),
        Attribute("s", .string("é")), Attribute("bytes", .string([0xFF])),
        Attribute("t", .tensor(NamedTensor(Tensor(.i8, [1], .bytes([7]))))),
      ])
    #expect(node[attribute: "i"]?.int == 1)
    #expect(node[attribute: "f"]?.float == 0.5)
    #expect(node[attribute: "l"]?.ints == [1, 2])
    #expect(node[attribute: "s"]?.text == "é")
    #expect(node[attribute: "bytes"]?.text == nil)
    #expect(node[attribute: "t"]?.tensor?.sizes == [1])
    #expect(node[attribute: "i"]?.float == nil)
    #expect(node[attribute: "missing"]?.int == nil)
  }

  @Test func definitionsTellWhereAValueIsFrom() {
    var graph = Graph()
    let node = graph.nodes.append(Node("Op", inputs: [], outputs: []))
    let definitions: [Value.Definition] = [
      .input(graph.body, index: 0), .input(graph.body, index: 1), .initializer(graph.body), .result(node, index: 0),
      .undefined,
    ]
    #expect(Set(definitions).count == definitions.count)
  }
}
