import Graphs
import Tensors
import Testing

/// Nodes find themselves again in an edited graph.
@Suite struct GraphAlignmentTests {
  /// The operators of the second graph's nodes, in the order of the first graph's, with their places; `-` where there is none.
  private func pairs(_ left: Graph, _ right: Graph) -> [String] {
    let alignment = GraphAlignment(left, right)
    return left.nodes.indices.map { node in
      alignment.nodes[node].map { "\(right.nodes[$0].operatorType) \($0.index)" } ?? "-"
    }
  }

  /// The nodes of a layer whose first one has that place.
  private static func layer(_ first: Int) -> [String] {
    ["MatMul", "Relu", "Mul", "Add"].enumerated().map { "\($1) \(first + $0)" }
  }

  private func layers(_ indices: Int...) -> LayeredGraph {
    var made = LayeredGraph()
    for index in indices { made.addLayer(index) }
    return made
  }

  @Test func equalGraphsArePairedNodeByNode() {
    let graph = layers(0, 1).finished()
    #expect(pairs(graph, graph) == Self.layer(0) + Self.layer(4))
    let alignment = GraphAlignment(graph, graph)
    #expect(graph.nodes.indices.allSatisfy(alignment.isExact))
  }

  @Test func aNewNodeIsPairedWithNothing() {
    var edited = LayeredGraph()
    edited.addLayer(0)
    edited.add("Sigmoid")
    edited.addLayer(1)
    let original = layers(0, 1).finished()
    #expect(pairs(edited.finished(), original) == Self.layer(0) + ["-"] + Self.layer(4))
    #expect(!pairs(original, edited.finished()).contains("-"))
  }

  @Test func layersThatAreGoneLeaveTheOthers() {
    let cut = layers(0, 2).finished()
    #expect(pairs(cut, layers(0, 1, 2).finished()) == Self.layer(0) + Self.layer(8))
  }

  @Test func whatIsComputedTwiceGoesWhereItIsUsed() {
    var made = LayeredGraph()
    let input = made.value
    made.add("Relu")
    let first = made.value
    made.add("Exp")
    let left = made.value
    // The same again, for another use.
    var graph = made.graph
    let node = graph.nodes.append(Node("Relu", inputs: [input], outputs: []))
    let second = graph.values.append(Value(name: "", type: LayeredGraph.type, definition: .result(node, index: 0)))
    graph.nodes[node].outputs = [second]
    let last = graph.nodes.append(Node("Sub", inputs: [left, second], outputs: []))
    let output = graph.values.append(Value(name: "y", type: LayeredGraph.type, definition: .result(last, index: 0)))
    graph.nodes[last].outputs = [output]
    graph.regions[graph.body].nodes += [node, last]
    graph.regions[graph.body].outputs = [output]
    #expect(pairs(graph, graph) == ["Relu 0", "Exp 1", "Relu 2", "Sub 3"])
    #expect(first != second)
  }

  @Test func tensorsWithOtherNumbersAreTheSameByTheirNames() {
    func graph(_ number: Double) -> Graph {
      var made = LayeredGraph()
      made.add("MatMul", made.weight("w", number))
      return made.finished()
    }
    #expect(!GraphAlignment(graph(1), graph(2)).isExact(Node.ID(index: 0)))
    #expect(GraphAlignment(graph(1), graph(2), tensors: .names).isExact(Node.ID(index: 0)))
  }
}
