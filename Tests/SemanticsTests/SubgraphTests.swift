import Graphs
import Testing

/// Graph literals: they see the names around them, and their own stay inside.
@Suite struct SubgraphTests {
  static let examples: [Example] = [
    Example(
      "branches that use what is outside", inputs: "x: f32[N, 4], flag: bool[]",
      """
      y = Relu(x)
      z = If(flag, then_branch={ return x + y }, else_branch={
          inner = y * 2
          return inner
      })  //: f32[N, 4]
      return z
      """),
    Example(
      "names of a branch stay inside", inputs: "x: f32[N, 4], flag: bool[]",
      """
      z = If(flag, then_branch={
          inner = Relu(x)
          return inner
      }, else_branch={ return x })
      return inner  //~ unknown-name: inner
      """),
    Example(
      "a loop", inputs: "x: f32[N, 4], trips: i64[]",
      """
      last, all = Loop(trips, _, x, body=(i: i64[], go: bool[], s: f32[N, 4]) {
          t = s * 2
          return go, t, t
      })
      a = Relu(last)  //: f32[N, 4]
      b = Relu(all)  //: f32[?, ?, 4]
      return x
      """),
    Example(
      "branches of different types", inputs: "x: f32[N, 4], flag: bool[]",
      """
      a = If(flag, then_branch={ return x }, else_branch={ return Cast(x, to=f16) })  //~ type-mismatch: f32, f16
      b = If(flag, then_branch={ return x }, else_branch={ return x, x })  //~ result-count: 1, 2
      c = If(flag, then_branch={ return x }, else_branch={ return Concat(x, x, axis=1) })  //: f32[N, ?]
      d = If(flag, then_branch={ return x }, else_branch={ return x[0] })  //: f32[...]
      return x
      """),
    Example(
      "a branch without a return", inputs: "x: f32[N, 4], flag: bool[]",
      """
      y = If(flag, then_branch={ z = Relu(x) }, else_branch={ return x })  //~ missing-return: then_branch
      return y
      """),
    Example(
      "a mistake in a branch", inputs: "x: f32[N, 4], flag: bool[]",
      """
      y = If(flag, then_branch={ return Relu(z) }, else_branch={ return x })  //~ unknown-name: z
      return y
      """),
    Example(
      "a graph where none can stand", inputs: "x: f32[N, 4]",
      """
      y = Relu({ return x })  //~ expected-token
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  @Test func branchesCaptureAndIdentities() throws {
    let elaborated = Elaborated(
      """
      model m(x: f32[N, 4], flag: bool[]) -> (y: f32[N, 4]) {
          w = Relu(x)
          return If(flag, then_branch={ return w }, else_branch={ return Tanh(w) })
      }
      """)
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let graph = elaborated.graph
    let regions = graph.regions.indices.filter { $0 != graph.body }
    #expect(regions.map { graph.regions[$0].nodes.map { graph.nodes[$0].operatorType } } == [["Identity"], ["Tanh"]])
    // Both use the value outside directly.
    let relu = try #require(graph.nodes.indices.first { graph.nodes[$0].operatorType == "Relu" })
    for region in regions {
      #expect(graph.nodes[graph.regions[region].nodes[0]].inputs == [graph.nodes[relu].outputs[0]])
      let owner = try #require(graph.regions[region].owner)
      #expect(graph.nodes[owner].operatorType == "If")
    }
  }

  /// A parameter belongs to the model wherever it is declared: other branches and weights files see it.
  @Test func parametersInBranchesAreTheModels() {
    let elaborated = Elaborated(
      """
      model m(x: f32[N, 4], flag: bool[]) -> (y: f32[N, 4]) {
          return If(flag, then_branch={ return fc: Linear(x, out_features=4) }, else_branch={ return fc(x * 2) })
      }
      """)
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let graph = elaborated.graph
    let names = graph.regions[graph.body].initializers.filter { $0.role == .parameter }.map {
      graph.values[$0.value].name
    }
    #expect(names.sorted() == ["fc.bias", "fc.weight"])
    for region in graph.regions.indices where region != graph.body {
      #expect(graph.regions[region].initializers.allSatisfy { $0.role == .constant })
    }
  }
}
