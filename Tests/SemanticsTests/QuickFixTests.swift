import Semantics
import Syntax
import Testing

/// Fixes: a text with one mistake, and what the fix of its diagnostic makes of it, which has none.
@Suite struct QuickFixTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var wrong: String
    var mended: String
    /// What is still reported of the mended text: a number that only the author knows, say.
    var rest: [String] = []

    var testDescription: String { name }

    init(_ name: String, _ wrong: String, _ mended: String, rest: [String] = []) {
      (self.name, self.wrong, self.mended, self.rest) = (name, wrong, mended, rest)
    }
  }

  /// A body of a model, in place of the whole file.
  static func body(_ name: String, _ wrong: String, _ mended: String, rest: [String] = []) -> Case {
    func file(_ body: String) -> String {
      "model m(x: f32[N, 8], y: f32[N, 8], image: f32[N, 3, 32, 32], depth: int = 2) {\n    \(body)\n}\n"
    }
    return Case(name, file(wrong), file(mended), rest: rest)
  }

  static let cases: [Case] = [
    body("a misspelt name", "return Relu(imgae)", "return Relu(image)"),
    body("a misspelt callee", "return Rleu(x)", "return Relu(x)"),
    body("a misspelt argument", "return fc: Linear(x, out_feature=3)", "return fc: Linear(x, out_features=3)"),
    body("a number that is the configuration", "return fc: Linear(x, 3)", "return fc: Linear(x, out_features=3)"),
    body(
      "two numbers that are", "return c: Conv2d(image, 8, 3)", "return c: Conv2d(image, out_channels=8, kernel_size=3)"),
    body("an attribute by position", "return Softmax(x, -1)", "return Softmax(x, axis=-1)"),
    body("an input by the pipe and by name", "return x |> Sub(A=y)", "return x |> Sub(B=y)"),
    Case(
      "an input by position and by name",
      "block B(x: T[N], y: T[N]) -> T[N] {\n    return x - y\n}\nmodel m(a: f32[4]) {\n    return B(a, x=a)\n}\n",
      "block B(x: T[N], y: T[N]) -> T[N] {\n    return x - y\n}\nmodel m(a: f32[4]) {\n    return B(a, y=a)\n}\n"),
    body("a number that is missing", "return fc: Linear(x)", "return fc: Linear(x, out_features=1)"),
    body(
      "one number of two", "return c: Conv2d(image, 8)", "return c: Conv2d(image, out_channels=8, kernel_size=1)"),
    body(
      "a misspelt name of two words", "`my x` = x\n    return Relu(`my y`)", "`my x` = x\n    return Relu(`my x`)"),
    body(
      "a label of two words", "x = `a b`: Linear(x, out_features=8)\n    return `a b`: Linear(x, out_features=8)",
      "x = `a b`: Linear(x, out_features=8)\n    return `a b2`: Linear(x, out_features=8)"),
    body(
      "a label without the index of either repeat",
      "repeat i in 0..<depth { repeat j in 0..<2 { x = fc: Linear(x, out_features=8) } }\n    return x",
      "repeat i in 0..<depth { repeat j in 0..<2 { x = fc[i][j]: Linear(x, out_features=8) } }\n    return x"),
    body(
      "a label in a table", "repeat c, n in [[8, 0], [8, 1]] { x = fc: Linear(x, out_features=c) }\n    return x",
      "repeat c, n in [[8, 0], [8, 1]] { x = fc[n]: Linear(x, out_features=c) }\n    return x"),
    body(
      "an initialiser's argument", "param w: f32[8] = normal(sdt=1.0)\n    return x * w",
      "param w: f32[8] = normal(std=1.0)\n    return x * w"),
    body(
      "a list to return", "*parts = Split(x, axis=1, num_outputs=2)",
      "*parts = Split(x, axis=1, num_outputs=2)\n    return *parts"),
    Case(
      "two pairs of sizes", "model m(x: f32[N, K], y: f32[M, L]) {\n    return x + y\n}\n",
      "model m(x: f32[N, K], y: f32[M, L]) where N == M, K == L {\n    return x + y\n}\n"),
    body("a colon for an equals sign", "return fc: Linear(x, out_features: 3)", "return fc: Linear(x, out_features=3)"),
    body("a point behind a number", "return x * 1.", "return x * 1.0"),
    body("a point before a number", "return x * .5", "return x * 0.5"),
    body("True", "return fc: Linear(x, out_features=3, bias=True)", "return fc: Linear(x, out_features=3, bias=true)"),
    body(
      "a label without an index", "repeat i in 0..<depth { x = fc: Linear(x, out_features=8) }\n    return x",
      "repeat i in 0..<depth { x = fc[i]: Linear(x, out_features=8) }\n    return x"),
    body(
      "a count for a range", "repeat i in depth { x = Relu(x) }\n    return x",
      "repeat i in 0..<depth { x = Relu(x) }\n    return x"),
    Case(
      "two sizes that nothing says are equal", "model m(x: f32[N], y: f32[M]) {\n    return x + y\n}\n",
      "model m(x: f32[N], y: f32[M]) where N == M {\n    return x + y\n}\n"),
    Case(
      "one more of them",
      "model m(x: f32[N], y: f32[M]) -> (z: f32[N]) where N % 2 == 0 {\n    return x + y\n}\n",
      "model m(x: f32[N], y: f32[M]) -> (z: f32[N]) where N % 2 == 0, N == M {\n    return x + y\n}\n"),
    Case(
      "an operator of a later set", "use onnx 13\nmodel m(x: f32[N, 8, 1]) {\n    return onnx.DFT(x)\n}\n",
      "use onnx 17\nmodel m(x: f32[N, 8, 1]) {\n    return onnx.DFT(x)\n}\n"),
    Case(
      "an element type by its long name", "model m(x: float32[N]) {\n    return Relu(x)\n}\n",
      "model m(x: f32[N]) {\n    return Relu(x)\n}\n"),
  ]

  @Test(arguments: cases) func mends(_ example: Case) throws {
    let elaborated = Elaborated(example.wrong)
    #expect(elaborated.diagnostics.count == 1, "\(elaborated.diagnostics.map(elaborated.describe))")
    let fix = try #require(elaborated.diagnostics.first?.fixes.first)
    var bytes = Array(example.wrong.utf8)
    for edit in fix.edits.sorted(by: { $0.place.range.lowerBound > $1.place.range.lowerBound }) {
      bytes.replaceSubrange(edit.place.range, with: Array(edit.replacement.utf8))
    }
    #expect(String(decoding: bytes, as: UTF8.self) == example.mended)
    #expect(!fix.title.isEmpty)
    #expect(Elaborated(example.mended).diagnostics.map(\.identifier) == example.rest)
  }

  /// Nothing is close to a name of one letter but by chance.
  @Test(arguments: ["q", "z", "k"]) func doesNotGuessFromOneLetter(name: String) throws {
    let elaborated = Elaborated("model m(x: f32[N], D: f32[M]) {\n    return Relu(\(name))\n}\n")
    #expect(elaborated.diagnostics.map(\.identifier) == ["unknown-name"])
    #expect(elaborated.diagnostics.flatMap(\.fixes).isEmpty)
    #expect(elaborated.diagnostics.allSatisfy { !$0.message.contains("did you mean") })
  }

  /// Where nothing would mend it, there is no fix: a name that is taken, a value of another type, rounds that nothing tells
  /// apart, a size that would equal itself and more.
  @Test(arguments: [
    "return fc: Linear(x, out_features=3, bais=false, bias=true)", "return Softmax(x, axsi=1, axis=0)",
    "return fc: Linear(x, 3, 4)", "z = Relu",
    "repeat c in [8, 8] { x = fc: Linear(x, out_features=c) }\n    return x", "return x + x[1:]",
  ])
  func offersNothing(body: String) {
    let elaborated = Elaborated("model m(x: f32[N, 8]) {\n    \(body)\n}\n")
    #expect(elaborated.diagnostics.count == 1, "\(elaborated.diagnostics.map(elaborated.describe))")
    #expect(elaborated.diagnostics.flatMap(\.fixes).isEmpty)
  }
}
