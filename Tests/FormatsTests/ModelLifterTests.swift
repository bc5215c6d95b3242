import Formats
import Graphs
import Tensors
import Testing

/// Graphs as text for reading.
@Suite struct ModelLifterTests {
  private func text(_ graph: Graph, style: ModelLifter.Style = .full) throws -> String {
    let model = Model(graph: graph, opsetImports: [OpsetImport(domain: "", version: 21)], irVersion: 10)
    return try ModelLifter.text(of: model, weights: "m.onnx", qualified: [], implied: .none, style: style)
  }

  /// A chain of calls on `x`, whose results have no names.
  private func chain(_ calls: [(operatorType: String, others: [Tensor], attributes: [Attribute])]) -> Graph {
    var graph = Graph(name: "m")
    let type = ValueType.tensor(TensorType(.f32, [.symbol("N"), 8]))
    var value = graph.values.append(Value(name: "x", type: type, definition: .input(graph.body, index: 0)))
    graph.regions[graph.body].inputs = [value]
    for (index, call) in calls.enumerated() {
      var inputs: [Value.ID?] = [value]
      for (place, tensor) in call.others.enumerated() {
        let other = graph.values.append(
          Value(name: "w\(index).\(place)", type: tensor.type, definition: .initializer(graph.body)))
        graph.regions[graph.body].initializers.append(Initializer(value: other, tensor: tensor, role: .parameter))
        inputs.append(other)
      }
      let node = graph.nodes.append(Node(call.operatorType, inputs: inputs, outputs: [], attributes: call.attributes))
      value = graph.values.append(Value(name: "", type: type, definition: .result(node, index: 0)))
      graph.nodes[node].outputs = [value]
      graph.regions[graph.body].nodes.append(node)
    }
    graph.values[value].name = "y"
    graph.regions[graph.body].outputs = [value]
    return graph
  }

  private func numbers(_ sizes: Int...) throws -> Tensor {
    try #require(Tensor.numbers(.f32, Array(repeating: 0.5, count: sizes.reduce(1, *)), sizes: sizes))
  }

  @Test func putsCallsIntoEachOther() throws {
    let graph = chain([
      ("MatMul", [try numbers(8, 8)], []), ("Relu", [], []), ("Add", [try numbers()], []),
      ("Transpose", [], [Attribute("perm", .ints([1, 0]))]),
    ])
    #expect(
      try text(graph) == """
        use onnx 21

        @imported
        model m(x: f32[N, 8]) -> (y: f32[N, 8]) {
            weights "m.onnx"

            transpose = (x @ $`w0.0` |> Relu) + 0.5 |> Transpose(perm=[1, 0])
            return transpose
        }

        """)
  }

  @Test func foldsLayersAndNumbersTheirWeights() throws {
    let layer = try [
      (operatorType: "MatMul", others: [numbers(8, 8)], attributes: [Attribute]()), ("Add", [numbers(8, 8)], []),
      ("Relu", [], []), ("Softmax", [], [Attribute("axis", .int(-1))]),
    ]
    let folded = try text(chain(layer + layer + layer + layer))
    #expect(folded.contains("repeat i in 0..<4 {"))
    #expect(folded.contains("$`w{4 * i}.0`") && folded.contains("$`w{4 * i + 1}.0`"))
    #expect(folded.split(separator: "Softmax").count == 2)
    let plain = try text(chain(layer + layer + layer + layer), style: [])
    #expect(!plain.contains("repeat") && plain.split(separator: "Softmax").count == 5)
  }

  @Test func attributesThatDifferFollowTheRoundOrStandInATable() throws {
    func layers(_ axes: [Int64]) throws -> Graph {
      chain(
        try axes.flatMap { axis in
          try [
            (operatorType: "MatMul", others: [numbers(8, 8)], attributes: [Attribute]()),
            ("Softmax", [], [Attribute("axis", .int(axis))]), ("Relu", [], []), ("Exp", [], []), ("Neg", [], []),
            ("Abs", [], []),
          ]
        })
    }
    let following = try text(layers([1, 3, 5, 7]))
    #expect(following.contains("axis=2 * i + 1") && following.contains("repeat i in 0..<4 {"))
    let table = try text(layers([1, 0, 0, 1]))
    #expect(table.contains("repeat i, t in [[0, 1], [1, 0], [2, 0], [3, 1]] {") && table.contains("axis=t"))
  }

  @Test func refusesWhatIsUsedBeforeItIsThere() {
    var graph = chain([("Relu", [], []), ("Exp", [], [])])
    graph.regions[graph.body].nodes.reverse()
    #expect(throws: InexpressibleModel.self) { try text(graph) }
  }
}
