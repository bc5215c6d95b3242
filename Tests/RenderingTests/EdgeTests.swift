import Authoring
import Rendering
import Semantics
import Testing

/// What stands beside edges, and what a picture says of open sizes.
@Suite struct EdgeTests {
  private let twoSections = """
    block Start(x: T[N, D]) {
        return Relu(x), Tanh(x)[:, :2], Sigmoid(x)[:, :3], Exp(x)[:, :4]
    }
    block End(a: T[N, 8], b: T[N, 2], c: T[N, 3], d: T[N, 4]) -> T[N, ?] {
        return Concat(a, b, c, d, axis=1)
    }
    model net(x: f32[N, 8]) -> (y: f32[N, 17]) {
        a, b, c, d = start: Start(x)
        return end: End(a, b, c, d)
    }
    """

  /// Values of many types between two blocks are one edge; those of two types stay apart.
  @Test func manyValuesShareAnEdge() throws {
    let found = try hierarchy("use onnx 21\n" + twoSections)
    let body = try #require(found.bodies()[0])
    let (start, end) = (
      try #require(found.index(ofTitle: "start: Start")), try #require(found.index(ofTitle: "end: End"))
    )
    func labels(_ from: Int, _ to: Int) -> [String] {
      body.edges.filter { body.items[$0.from] == .part(from) && body.items[$0.to] == .part(to) }.map(\.label)
    }
    #expect(labels(start, end) == ["4 values"])
    #expect(labels(try #require(found.index(ofTitle: "x")), start) == ["f32[N, 8]"])
    let dot = DOTText.text(of: found, PictureOptions())
    #expect(dot.ranges(of: "4 values").count == 1, "\(dot)")
    let few = try hierarchy(
      "use onnx 21\n"
        + twoSections.replacing("b, c, d)\n}", with: "b, Relu(x)[:, :2], Relu(x)[:, :4])\n}")
        .replacing("c: T[N, 3], d", with: "c: T[N, 2], d").replacing("f32[N, 17]", with: "f32[N, 16]"))
    let pair = try #require(few.bodies()[0]).edges.map(\.label)
    #expect(pair.contains("f32[N, 2]") && !pair.contains { $0.hasSuffix("values") }, "\(pair)")
  }

  /// A long type breaks behind commas; what is too long for any picture is cut, and whole in the tooltip.
  @Test func longTypesBreak() throws {
    func dot(_ name: String, sizes: Int) throws -> String {
      let names = (0..<sizes).map { "`\(name).\($0)`" }.joined(separator: ", ")
      let found = try hierarchy("use onnx 21\nmodel net(x: f32[\(names)]) { return Relu(x) }")
      return DOTText.text(of: found, PictureOptions())
    }
    #expect(try dot("a", sizes: 2).contains(#"label="f32[`a.0`, `a.1`]"]"#))
    let name = "image_height"
    #expect(
      try dot(name, sizes: 3).contains(#"label="f32[`image_height.0`, `image_height.1`,\n`image_height.2`]"]"#))
    let long = try dot(name, sizes: 12)
    #expect(long.contains(#"`image_height.6`, `image_height.7`,…", tooltip="f32["#), "\(long)")
    #expect(long.contains("`image_height.11`]\"]"))
  }

  @Test func picturesSayWhatOpenSizesCountAs() throws {
    let source = "use onnx 21\nmodel net(x: f32[N, H, 8]) { return fc: Linear(x, out_features=2) }"
    let open = try hierarchy(source)
    #expect(open.condition == "open sizes count as 1 (H, N)")
    let condition = "open sizes count as 1 (H, N); choose with --bind or in mica.json"
    #expect(DOTText.text(of: open, PictureOptions()).contains("\\n\(condition)\"]"))
    #expect(MermaidText.text(of: open, PictureOptions()).contains("note[\"open sizes count as 1 (H, N)"))
    let (elaboration, files) = try elaborated(source)
    func treemap(_ measure: Measure) -> String {
      ModelPicture(elaboration, files: files, PictureOptions(measure: measure)).treemap()
    }
    #expect(treemap(.macs).contains(condition) && !treemap(.parameters).contains(condition))
    #expect(
      ModelHierarchy(elaboration, bindings: ["N": 2], files: files).condition == "open sizes count as 1 (H)")
    #expect(ModelHierarchy(elaboration, bindings: ["N": 2, "H": 3], files: files).condition.isEmpty)
    let many = try hierarchy("use onnx 21\nmodel net(x: f32[A, B, C, D, E, F]) where B >= 4 { return Relu(x) }")
    #expect(many.condition == "open sizes count as A=1, B=4, C=1, D=1 and 2 more")
  }
}
