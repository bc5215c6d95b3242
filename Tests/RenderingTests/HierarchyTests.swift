import Authoring
import Rendering
import Semantics
import Syntax
import Testing

/// How the parts of a model nest.
@Suite struct HierarchyTests {
  @Test func roundsAreFoldedUp() throws {
    let found = try hierarchy(Texts.repeated)
    let expected = """
      net
        x
        h.0…2: Layer ×3
          h.0: Layer
            up: Linear
            Relu
            down: Linear
            Add
          h.1: Layer
      """
    #expect(found.outline.hasPrefix(expected), "\(found.outline)")
    let repetition = try #require(found.index(ofTitle: "repeat ×4"))
    let rounds = found.parts[repetition].children
    #expect(
      rounds.map { found.parts[$0].children.map { found.parts[$0].title } }
        == (0..<4).map { ["Tanh", "norms.\($0): LayerNorm"] })
    #expect(found.parts[0].children.map { found.parts[$0].title } == ["x", "h.0…2: Layer ×3", "repeat ×4", "y"])
  }

  @Test func callsThatAreWrittenOutStayApart() throws {
    let found = try hierarchy(
      """
      use onnx 21
      model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
          x = x |> fc[0]: Linear(out_features=8) |> fc[1]: Linear(out_features=8)
          return Relu(Relu(x))
      }
      """)
    #expect(
      found.outline.split(separator: "\n").map { $0.drop { $0 == " " } } == [
        "net", "x", "fc.0: Linear", "fc.1: Linear", "Relu", "Relu", "y",
      ])
  }

  @Test func partsAddUpToTheSummary() throws {
    for source in [Texts.repeated, subgraphs] {
      let (elaboration, files) = try elaborated(source)
      try #require(elaboration.diagnostics.map(\.message) == [])
      let found = ModelHierarchy(elaboration, bindings: ["N": 5], files: files)
      let summary = ModelSummary(elaboration, bindings: ["N": 5])
      #expect(found.parts[0].amount.parameters == summary.parameters && summary.parameters > 0)
      #expect(found.parts[0].amount.macs == summary.macs && summary.macs > 0)
      for part in found.parts where part.callee == "Layer" && part.kind == .block {
        #expect(part.amount.parameters == 2 * 8 * 16 + 16 + 8)
        // Up and down: 8 · 16 each for 5 samples.
        #expect(part.amount.macs == 5 * 2 * 8 * 16)
        // Up, Relu, down, and the sum.
        #expect(part.amount.activationBytes >= 4 * 5 * (16 + 16 + 8 + 8))
      }
    }
  }

  /// Some exporters write every weight as a Constant.
  @Test func constantsOfImportedModelsAreParameters() throws {
    let source = """
      use onnx 21
      @imported
      model net(x: f32[N, 2]) -> (y: f32[N, 2]) {
          y = Add(x * f32[2]{0.1, 0.2}, 0.5)
          return Gather(y, i64[2]{1, 0}, axis=1)
      }
      """
    func amounts(_ source: String) throws -> (parameters: Int, summary: Int, product: Int) {
      let (elaboration, files) = try elaborated(source)
      let found = ModelHierarchy(elaboration, files: files)
      let product = try #require(found.parts.first { $0.callee == "Mul" })
      return (
        found.parts[0].amount.parameters, ModelSummary(elaboration).parameters, product.amount.parameters
      )
    }
    #expect(try amounts(source) == (2, 2, 2))
    // What an author calls a constant is none.
    #expect(try amounts(source.replacing("@imported\n", with: "")) == (0, 0, 0))
  }

  private let subgraphs = """
    use onnx 21
    model net(x: f32[N, 8], deep: bool[]) -> (y: f32[N, 8]) {
        y = If(deep, then_branch={ return fc: Linear(x, out_features=8) }, else_branch={ return Relu(x) })
        return y
    }
    """

  /// A library block that is one node has what the node has.
  @Test func layersHaveTheAttributesOfTheirNodes() throws {
    let found = try hierarchy(
      """
      use onnx 21
      model net(x: f32[N, 3, 8, 8]) -> (y: f32[N, 4, 4, 4]) {
          return conv: Conv2d(x, out_channels=4, kernel_size=2, stride=2)
      }
      """)
    let conv = try #require(found.index(ofTitle: "conv: Conv2d"))
    #expect(found.parts[conv].kind == .node && found.parts[conv].path == "conv")
    #expect(found.parts[conv].attributes.contains("strides=[2, 2]"))
    #expect(found.parts[conv].amount == .init(parameters: 52, macs: 4 * 4 * 4 * 12, activationBytes: 4 * 4 * 4 * 4))
  }

  /// Every value in a body has both ends there: an item, or the border.
  @Test func bodiesHoldTheirEdges() throws {
    let found = try hierarchy(Texts.repeated)
    let bodies = found.bodies()
    let first = try #require(found.index(ofTitle: "h.0: Layer"))
    let layer = try #require(bodies[first])
    let titles = layer.items.map { item in
      switch item {
      case .part(let id): found.parts[id].title
      case .entering: "in"
      case .leaving: "out"
      }
    }
    let edges = layer.edges.map { "\(titles[$0.from]) → \(titles[$0.to]) \($0.label)" }.sorted()
    #expect(
      edges == [
        "Add → out f32[N, 8]", "Relu → down: Linear f32[N, 16]", "down: Linear → Add f32[N, 8]", "in → Add f32[N, 8]",
        "in → up: Linear f32[N, 8]", "up: Linear → Relu f32[N, 16]",
      ])
    let repetition = try #require(found.index(ofTitle: "h.0…2: Layer ×3"))
    let rounds = try #require(bodies[repetition])
    #expect(rounds.edges.count == 4 && rounds.roundCount == 3)
  }

  /// A depth opens what stands for all rounds once, with the edges of all.
  @Test func oneRoundStandsForAll() throws {
    let found = try hierarchy(Texts.repeated)
    let picture = OpenedHierarchy(found, depth: 2)
    let repetition = try #require(found.index(ofTitle: "h.0…2: Layer ×3"))
    #expect(picture.repeated.contains(repetition))
    let round = try #require(picture.children(of: repetition).first)
    #expect(picture.children(of: repetition).count == 1 && picture.opened.contains(round))
    let titles = Set(picture.edges.map { "\(found.parts[$0.from].title) → \(found.parts[$0.to].title)" })
    #expect(titles.isSuperset(of: ["x → up: Linear", "up: Linear → Relu", "Add → Tanh"]), "\(titles)")
    #expect(picture.edges.allSatisfy { !picture.opened.contains($0.from) && !picture.opened.contains($0.to) })
  }

  @Test func longBodiesComeInSections() throws {
    let statements = (0..<450).map { "    x = \($0.isMultiple(of: 2) ? "Relu" : "Tanh")(x)\n" }.joined()
    let found = try hierarchy(
      "use onnx 21\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n\(statements)    return x\n}\n")
    #expect(
      found.parts[0].children.map { found.parts[$0].title } == [
        "x", "y", "nodes 1–100", "nodes 101–200", "nodes 201–300", "nodes 301–400", "nodes 401–450",
      ])
    #expect(found.parts.count { $0.kind == .node } == 450)
  }

  @Test func mistakesLeaveTheRest() throws {
    let (elaboration, files) = try elaborated(
      """
      use onnx 21
      model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
          a = fc: Linear(x, out_features=8)
          b = Reluu(a)
          return b
      }
      """)
    #expect(elaboration.hasErrors)
    #expect(ModelHierarchy(elaboration, files: files).index(ofTitle: "fc: Linear") != nil)
  }
}
