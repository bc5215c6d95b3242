import Graphs
import Testing

/// Several results, discards, stars, and what a model gives out.
@Suite struct ResultTests {
  static let examples: [Example] = [
    Example(
      "several results of an operator", inputs: "x: f32[N, 6]",
      """
      a, b = Split(x, axis=1, num_outputs=2)  //: f32[N, 3]; f32[N, 3]
      a, b, c = Split(x, [1, 2, 3], axis=1)  //: f32[N, 1]; f32[N, 2]; f32[N, 3]
      *parts = Split(x, axis=1, num_outputs=3)  //: f32[N, 2]; f32[N, 2]; f32[N, 2]
      first, *rest = Split(x, [1, 2, 3], axis=1)
      y = Concat(*rest, first, axis=1)  //: f32[N, 6]
      values, _ = TopK(x, [2], axis=1)
      z = Relu(values)  //: f32[N, 2]
      _, indices = TopK(x, [2], axis=1)
      w = Relu(Cast(indices, to=f32))  //: f32[N, 2]
      y = MaxPool(x[:, none], kernel_shape=[2])  //: f32[N, 1, 5]
      """),
    Example(
      "several results of a block",
      """
      block Two(x: T[N, 6]) -> (a: T[N, 2], b: T[N, 4]) {
          return x[:, 0:2], x[:, 2:]
      }
      block Spread(x: T[N, 6]) {
          *parts = Split(x, axis=1, num_outputs=3)
          return *parts
      }
      model m(x: f32[B, 6]) -> (y: f32[B, 2]) {
          a, b = Two(x)  //: f32[B, 2]; f32[B, 4]
          _, d = Two(x)
          c = Relu(d)  //: f32[B, 4]
          p, q, r = Spread(x)
          *s = Spread(x)
          t = Concat(*s, r, axis=1)  //: f32[B, 8]
          return Relu(a)
      }
      """),
    Example(
      "results in another order",
      """
      block Two(x: T[N, 6]) -> (low: T[N, 6], high: T[N, 6]) {
          low = Relu(x)
          high = Neg(x)
          return high, low  //~ swapped-results: `high` is returned as the result `low`
      }
      block Other(x: T[N, 6]) -> (low: T[N, 6], high: T[N, 6]) {
          low = Relu(x)
          return Neg(x), low
      }
      model m(x: f32[B, 6], c: bool[]) -> (low: f32[B, 6], high: f32[B, 6]) {
          low, high = Two(x)
          high, low = If(c, then_branch={ return high, low }, else_branch={ return low, high })
          return low, high
      }
      """),
    Example(
      "a parameter without elements", inputs: "x: f32[N, 4]",
      """
      param w: f32[0, 4]  //~ empty-parameter: w, f32[0, 4]
      buffer b: f32[0, 4]
      """),
    Example(
      "counts that do not fit",
      """
      block Two(x: T[N, 6]) -> (a: T[N, 6], b: T[N, 6]) {
          return x, Relu(x)
      }
      block Less(x: T[N, 6]) -> (a: T[N, 6], b: T[N, 6]) {  //~ result-count: Less, 2, 1
          return Relu(x)
      }
      model m(x: f32[B, 6]) -> (y: f32[B, 6]) {
          a, b, c = Two(x)  //~ result-count: 3, 2
          a, b = Less(x)
          a, b = Relu(x)  //~ too-many-outputs: Relu, 1, 2
          a, b = x  //~ result-count: 2, 1
          return Relu(x)
      }
      model n(x: f32[B, 6]) -> (y: f32[B, 6]) {  //~ result-count: n, 1, 2
          return Relu(x), x
      }
      """),
    Example(
      "what is no result",
      """
      model m(x: f32[N]) -> (y: f32[N], z: f32[N]) {
          return Relu(x), none  //~ wrong-kind: a tensor, none
      }
      model n(x: f32[N]) -> (y: f32[N]) {
          return "a"  //~ wrong-kind: a tensor, a string
      }
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  /// Models, and their outputs as `name = operator(inputs)`.
  @Test(arguments: [
    ("model m(x: f32[N]) -> (y: f32[N]) {\n return Relu(x)\n}", ["y = Relu(x)"]),
    ("model m(x: f32[N]) -> (y: f32[N]) {\n return x\n}", ["y = Identity(x)"]),
    (
      "model m(x: f32[N]) -> (y: f32[N], z: f32[N]) {\n a = Relu(x)\n return a, a\n}",
      ["y = Relu(x)", "z = Identity(y)"]
    ),
    ("model m(x: f32[N]) -> (y: f32[N], z: f32[N]) {\n return x, x\n}", ["y = Identity(x)", "z = Identity(x)"]),
    ("model m(x: f32[N]) {\n return Relu(x), Tanh(x)\n}", ["output = Relu(x)", "output_1 = Tanh(x)"]),
    ("model m(output: f32[N]) {\n return Relu(output)\n}", ["output_1 = Relu(output)"]),
    ("model m(x: f32[4]) -> (y: f32[4]) {\n param p: f32[4]\n return p\n}", ["y = Identity(p)"]),
    ("model m(x: f32[N]) -> (`a.b/c`: f32[N]) {\n return Relu(x)\n}", ["a.b/c = Relu(x)"]),
  ])
  func outputs(source: String, expected: [String]) {
    let elaborated = Elaborated(source)
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let graph = elaborated.graph
    let outputs = graph.regions[graph.body].outputs.map { value in
      guard case .result(let node, _) = graph.values[value].definition else { return "no result" }
      let inputs = graph.nodes[node].inputs.map { $0.map { graph.values[$0].name } ?? "" }.joined(separator: ", ")
      return "\(graph.values[value].name) = \(graph.nodes[node].operatorType)(\(inputs))"
    }
    #expect(outputs == expected)
  }
}
