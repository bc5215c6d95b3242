import Semantics
import Syntax
import Testing

/// Mistakes of every kind: each gives one diagnostic, where the user can mend it.
@Suite struct DiagnosticTests {
  private static func nested(_ text: String, _ count: Int) -> String {
    String(repeating: "-(", count: count) + text + String(repeating: ")", count: count)
  }

  static let examples: [Example] = [
    Example(
      "sizes that do not broadcast", inputs: "a: f32[N, 4, 8], b: f32[N, 6, 8]",
      """
      c = a + b  //~ shape-mismatch: 4, 6
      return c * 2
      """),
    Example(
      "inside the library, told at the call", inputs: "a: f32[N, 4]",
      """
      b = fc: Linear(Cast(a, to=i64), out_features=3)  //~ unknown-initializer: weight, i64
      return MaxPool2d(a[:, :, none, none], kernel_size=3)  //~ negative-size
      """),
    Example(
      "inside a block, told there",
      """
      block Residual(x: T[N, C], channels: int) -> T[N, C] {
          y = x |> fc: Linear(out_features=channels)
          return x + y  //~ shape-mismatch: 4, 6
      }
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          x = a: Residual(x, channels=4)
          x = b: Residual(x, channels=6)
          return c: Residual(x, channels=6)
      }
      """),
    Example(
      "after a call that breaks its contract, the next one is heard",
      """
      block Half(x: T[N, C]) -> T[N, C] where C % 2 == 0 {
          return x + x[:, 1:]
      }
      block Wrong(x: T[N, C]) -> T[N, C] {
          return Relu(y)  //~ unknown-name: y
      }
      block Outer(x: T[N, C]) -> T[N, C] {
          a = Half(x)  //~ requirement: Half, C = 5
          return Wrong(x)
      }
      model m(x: f32[N, 5]) -> (y: f32[N, 5]) {
          return Outer(x)
      }
      """),
    Example(
      "a mistake in each of several statements", inputs: "x: f32[N, 4]",
      """
      a = Foo1(x)  //~ unknown-callee: Foo1
      b = bar  //~ unknown-name: bar
      c = Relu(x, x)  //~ too-many-inputs: Relu
      d = Relu()  //~ missing-input: Relu
      e = Relu(x)  //: f32[N, 4]
      """),
    Example(
      "broken statements keep the rest", inputs: "x: f32[N, 4]",
      """
      y = = Relu(x)  //~ expected-token
      z = y + 1
      w = Relu(x  //~ expected-token
      return z + w
      """),
    Example(
      "a statement without a binding", inputs: "x: f32[N, 4]",
      """
      Relu(x)  //~ bare-expression
      """),
    Example(
      "weights of an argument that is not there", inputs: "x: f32[N, 4]",
      """
      weights "a.safetensors" (prefx="bert.")  //~ unknown-argument: weights, prefx, prefix
      """),
    Example(
      "weights of the wrong kind", inputs: "x: f32[N, 4]",
      """
      weights "a.safetensors" (prefix=3)  //~ wrong-kind: a string, an integer
      weights "b.safetensors" (ignore=["a", 3])  //~ wrong-kind: a string, an integer
      """),
    Example(
      "a type that is none",
      """
      model m(x: f32[N], y: seq<f32[N]>) -> (z: f32[N]) {
          a: f32[N] = SequenceAt(y, 0)
          b: f32[N] = y  //~ type-mismatch: seq<f32[N]>, f32[N]
          return Relu(x)
      }
      """),
    Example(
      "a dimension that is no integer",
      """
      model m(x: f32[N, "a"]) -> (z: f32[N, 3]) {  //~ wrong-kind: an integer, a string
          return Relu(x)
      }
      """),
    Example(
      "an element type that is none",
      """
      block B(x: f32[N], T: int = 3) -> T[N] {  //~ wrong-kind: an element type, an integer
          return Relu(x)
      }
      model m(x: f32[N]) -> (z: f32[N]) {
          return B(x)
      }
      """),
    Example(
      "blocks and expressions nested too deeply",
      (0..<60).map { index in
        // 24 blocks of 41 expressions each fit, and some of the next one's.
        let expected = index == 24 ? "  //~ nested-too-deeply: 1000" : ""
        return "block B\(index)(x: T[N]) -> T[N] {\n  return \(nested("B\(index + 1)(x)", 20))\(expected)\n}\n"
      }.joined()
        + """
        block B60(x: T[N]) -> T[N] {
            return Relu(x)
        }
        model m(x: f32[N]) -> (y: f32[N]) {
            return B0(x)
        }
        """),
    Example(
      "an empty file",
      """

      """),
    Example(
      "a model without a body's end",
      """
      model m(x: f32[N]) -> (z: f32[N]) {
          return Relu(x)  //~ expected-token: the end of the file
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  /// A problem in the library names the user's call, and what is inside as a related place.
  @Test func relatedPlaces() throws {
    let source = """
      block Outer(x: T[N, C]) -> T[N, 3] {
          return c: Linear(x, out_features=C, wide=3)
      }
      block Sum(x: T[N, C], y: T[N, D]) -> T[N, C] {
          return x + y
      }
      model m(x: f32[B, 4], y: f32[B, 6]) -> (z: f32[B, 4]) {
          z = MaxPool2d(x[:, :, none, none], kernel_size=3)
          return Sum(x, y)
      }
      """
    let elaborated = Elaborated(source)
    try #require(elaborated.diagnostics.map(\.identifier) == ["negative-size", "shape-mismatch"])
    let library = elaborated.diagnostics[0]
    #expect(elaborated.line(of: library.place) == 8)
    #expect(library.related.map(\.message) == ["in the library's MaxPool2d"])
    let place = try #require(library.related.first?.place)
    let file = try #require(Library.files.first { $0.number == place.file })
    #expect(file.path == "std/pooling.mica")
    #expect(String(decoding: file.tree.source[place.range], as: UTF8.self).hasPrefix("onnx.MaxPool("))
    let block = elaborated.diagnostics[1]
    #expect(elaborated.line(of: block.place) == 5)
    #expect(
      block.related.map(\.message) == ["`4` is axis 1 of `x`", "`6` is axis 1 of `y`", "in this call of Sum"])
    #expect(block.related.map { elaborated.line(of: $0.place) } == [7, 7, 9])
  }

  /// Misspelt names, and the text with the diagnostic's fix applied.
  @Test(arguments: [
    ("return Relu(imgae)", "return Relu(image)"),
    ("return Rleu(image)", "return Relu(image)"),
    ("return fc: Linear(image, out_feature=3)", "return fc: Linear(image, out_features=3)"),
    ("return LeakyRelu(image, aplha=0.5)", "return LeakyRelu(image, alpha=0.5)"),
  ])
  func fixes(wrong: String, mended: String) throws {
    func source(_ body: String) -> String { "model m(image: f32[N, 4]) {\n\(body)\n}\n" }
    let elaborated = Elaborated(source(wrong))
    let diagnostic = try #require(elaborated.diagnostics.first)
    let edit = try #require(diagnostic.fixes.first?.edits.first)
    var bytes = Array(source(wrong).utf8)
    bytes.replaceSubrange(edit.place.range, with: Array(edit.replacement.utf8))
    #expect(String(decoding: bytes, as: UTF8.self) == source(mended))
    let after = Elaborated(source(mended))
    #expect(after.diagnostics.map(after.describe) == [])
  }
}
