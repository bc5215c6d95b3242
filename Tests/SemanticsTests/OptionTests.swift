import Graphs
import Semantics
import Syntax
import Testing

/// What a caller decides: sizes of dimensions, configuration, the operator set.
@Suite struct OptionTests {
  static let source = """
    model m(x: f32[N, S, D], depth: int = 2, rate: float = 0.5, act: callee = Relu) -> (y: f32[N, S, D]) {
        repeat i in 0..<depth {
            x = layers[i]: LayerNorm(x) |> act
        }
        return x * rate
    }
    """

  private static func bound(_ bindings: [String: Int]) -> ElaborationOptions { ElaborationOptions(bindings: bindings) }

  private static func set(_ settings: [String: String]) -> ElaborationOptions {
    ElaborationOptions(configuration: settings)
  }

  static let examples: [Example] = [
    Example(
      "sizes", options: bound(["N": 2, "H": 64]),
      """
      model m(x: f32[N, 3, H, W]) -> (y: f32[N, 3, H, W]) where H % 32 == 0 {
          y = MaxPool2d(x, kernel_size=2)  //: f32[2, 3, 32, W/2]
          return Relu(x)  //: f32[2, 3, 64, W]
      }
      """),
    Example(
      "sizes that `where` forbids", options: bound(["H": 65]),
      """
      model m(x: f32[N, 3, H, W]) -> (y: f32[N, 3, H, W]) where H % 32 == 0 {  //~ requirement: m, H % 32 == 0, H = 65
          return Relu(x)
      }
      """),
    Example(
      "sizes that another form of `where` forbids", options: bound(["H": 16, "W": 15]),
      """
      model m(x: f32[N, H, W]) -> (y: f32[N, H, W]) where H >= 32, W <= N {  //~ requirement: m, H >= 32, H = 16
          return Relu(x)
      }
      """),
    Example(
      "configuration", options: set(["depth": "3", "wide": "2 * depth", "act": "Tanh"]),
      """
      model m(x: f32[N, 4], depth: int = 1, wide: int = 4, act: callee = Relu) -> (y: f32[N, wide]) {
          repeat i in 0..<depth {
              x = act(Concat(x, x, axis=1))
          }
          return fc: Linear(x, out_features=wide)  //: f32[N, 6]
      }
      """),
    Example(
      "configuration that is not there", options: set(["dept": "3"]),
      """
      model m(x: f32[N, 4], depth: int = 1) -> (y: f32[N, 4]) {  //~ unknown-argument: m, dept, depth
          return Relu(x)
      }
      """),
    Example(
      "configuration of another type", options: set(["depth": "0.5", "wide": "[1]", "tall": "1 +"]),
      """
      model m(
          x: f32[N, 4],
          depth: int = 1,  //~ wrong-configuration: depth, 0.5, a fraction
          wide: int = 1,  //~ wrong-configuration: wide, a list
          tall: int = 1,  //~ wrong-configuration: tall, 1 +
      ) -> (y: f32[N, 4]) {
          return Relu(x)
      }
      """),
    Example(
      "an older operator set", options: ElaborationOptions(opset: 13),
      """
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          require opset == 13
          return x |> norm: LayerNorm |> SiLU
      }
      """),
    Example(
      "operators that the set does not have",
      """
      use onnx 13
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          return DFT(x)  //~ not-in-opset: DFT, 17, 13
      }
      """),
    Example(
      "operators that a later set spells out, or that ONNX took out",
      """
      use onnx 13
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          s = onnx.Scatter(x, x, x)  //~ not-in-opset: Scatter, 11, ScatterElements
          return Gelu(x)  //: f32[N, 4]
      }
      """),
    Example(
      "a setting that has no value", options: ElaborationOptions(configuration: ["depth": "nothing"]),
      """
      model m(x: f32[N, 4], depth: int = 2) {  //~ wrong-configuration: depth, nothing
          return x * depth
      }
      """),
    Example(
      "operator sets that cannot be written",
      """
      use onnx 12  //~ unsupported-opset: 12, 13
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          return Relu(x)
      }
      """),
    Example(
      "an operator set that cannot be written, but another is asked for", options: ElaborationOptions(opset: 17),
      """
      use onnx 12
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          return Relu(x)
      }
      """),
    Example(
      "sizes of a dimension that is not there", options: bound(["M": 3]),
      """
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {  //~ unknown-dimension: m, M, N
          return Relu(x)
      }
      """),
    Example(
      "sizes of a dimension that the body names", options: bound(["K": 3]),
      """
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {  //~ unknown-dimension: K
          y: f32[N, K] = Relu(x)
          return y
      }
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  @Test func configurationReachesTheGraph() {
    let program = Program(SourceFile(path: "test.mica", source: Array(Self.source.utf8), number: 0))
    let options = ElaborationOptions(
      configuration: ["depth": "4", "act": "Tanh", "rate": "3"], bindings: ["D": 6])
    let elaboration = program.elaborate(program.models[0], options: options)
    #expect(elaboration.diagnostics.map(\.message) == [])
    let graph = elaboration.model.graph
    let operators = graph.regions[graph.body].nodes.map { graph.nodes[$0].operatorType }
    #expect(operators.count { $0 == "Tanh" } == 4)
    #expect(!operators.contains("Relu"))
    #expect(
      graph.regions[graph.body].initializers.filter { $0.role == .parameter }.map { graph.values[$0.value].name }
        .sorted()
        == (0..<4).flatMap { ["layers.\($0).bias", "layers.\($0).weight"] })
  }
}
