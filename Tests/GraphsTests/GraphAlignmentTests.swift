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

  private func chain(_ numbers: [Float]) -> Graph {
    var made = LayeredGraph()
    for number in numbers { made.add("Elu", attributes: [Attribute("alpha", .float(number))]) }
    made.add("Exp")
    return made.finished()
  }

  /// Calls that are alike but for an attribute find their own again, wherever others came or went.
  @Test(
    arguments: [
      ([1, 2, 3, 4, 5], [0, 1, 2, 3, 4]), ([1, 2, 4, 5], [0, 1, 3, 4]), ([2, 3, 4, 5], [1, 2, 3, 4]),
      ([1, 2, 9, 3, 4, 5], [0, 1, nil, 2, 3, 4]), ([1, 2, 9, 4, 5], [0, 1, 2, 3, 4]),
      ([1, 3, 4, 9, 8, 5], [0, 2, 3, nil, nil, 4]),
      ([9, 2, 3, 8, 5], [0, 1, 2, 3, 4]), ([1, 3, 5], [0, 2, 4]),
    ] as [([Float], [Int?])])
  func alikeCallsKeepTheirPlaces(numbers: [Float], places: [Int?]) {
    let original = chain([1, 2, 3, 4, 5])
    let edited = chain(numbers)
    let alignment = GraphAlignment(edited, original)
    #expect(edited.nodes.indices.map { alignment.nodes[$0]?.index } == places + [5])
  }

  /// A branch that went leaves those beside it.
  @Test func branchesKeepTheirNodes() {
    func graph(_ numbers: [Float]) -> Graph {
      var made = LayeredGraph()
      let input = made.value
      var ends: [Value.ID] = []
      for number in numbers {
        made.continueFrom(input)
        made.add("Elu", attributes: [Attribute("alpha", .float(number))])
        made.add("Relu")
        ends.append(made.value)
      }
      made.continueFrom(ends.removeFirst())
      made.add("Concat", ends)
      return made.finished()
    }
    #expect(
      pairs(graph([1, 3, 4]), graph([1, 2, 3, 4])) == [
        "Elu 0", "Relu 1", "Elu 4", "Relu 5", "Elu 6", "Relu 7", "Concat 8",
      ])
  }
}
