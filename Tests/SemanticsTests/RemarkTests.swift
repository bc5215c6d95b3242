import Graphs
import Semantics
import Syntax
import Testing

/// What could be better in texts that are not wrong: values, inputs and configuration that nothing uses, layers without a label.
@Suite struct RemarkTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// What is told, as `line: message` up to the first colon of the message.
    var remarks: [String] = []

    var testDescription: String { name }
  }

  static func remarks(on text: String) -> [Diagnostic] {
    let program = Program(SourceFile(path: "test.mica", source: Array(text.utf8), number: 0))
    let elaborations = program.models.map { program.elaborate($0) }
    let unnamed = elaborations.flatMap(\.unnamedLayers) + program.diagnoseUncalled(besides: elaborations).unnamedLayers
    return (unnamed + UnusedNames(of: program.main).facts.map(\.diagnostic) + program.unusedImports).sorted {
      $0.place.range.lowerBound < $1.place.range.lowerBound
    }
  }

  private static func lines(_ text: String) -> [String] {
    remarks(on: text).map { remark in
      let line = text.utf8.prefix(remark.place.range.lowerBound).count { $0 == UInt8(ascii: "\n") } + 1
      return "\(line): \(remark.message.prefix { $0 != ":" })"
    }
  }

  @Test(arguments: cases)
  func areTheExpectedOnes(_ example: Case) {
    #expect(Self.lines(example.text) == example.remarks)
  }

  /// A fix takes its remark away, and brings no other.
  @Test(arguments: cases)
  func fixesMendThem(_ example: Case) {
    let before = Self.lines(example.text).count
    for remark in Self.remarks(on: example.text) {
      for fix in remark.fixes {
        var source = Array(example.text.utf8)
        for edit in fix.edits.sorted(by: { $0.place.range.lowerBound > $1.place.range.lowerBound }) {
          source.replaceSubrange(edit.place.range, with: edit.replacement.utf8)
        }
        let text = String(decoding: source, as: UTF8.self)
        let file = SourceFile(path: "fixed.mica", source: source, number: 0)
        #expect(Program(file).models.allSatisfy { !Program(file).elaborate($0).hasErrors }, "\(fix.title):\n\(text)")
        #expect(Self.remarks(on: text).count < before, "\(fix.title):\n\(text)")
      }
    }
  }

  /// The label of the fix is the name that the layer has without one, where it is called once.
  @Test func labelsOfFixesKeepThePaths() throws {
    let text = """
      block B(x: T[N, D]) -> T[N, D] { return Linear(Linear(x, out_features=D), out_features=D) }
      model m(x: f32[N, 4]) { return B(scaled: B(BatchNorm1d(x))) }
      """
    func parameters(_ text: String) throws -> [String] {
      let program = Program(SourceFile(path: "test.mica", source: Array(text.utf8), number: 0))
      let graph = program.elaborate(try #require(program.models.first)).model.graph
      return graph.regions[graph.body].initializers.map { graph.values[$0.value].name }.sorted()
    }
    let wanted = try parameters(text)
    #expect(wanted.contains("scaled.linear_1.weight") && wanted.contains("b.linear.bias"))
    let remarks = Self.remarks(on: text)
    #expect(remarks.count == 4)
    for remark in remarks {
      let edit = try #require(remark.fixes.first?.edits.first)
      var source = Array(text.utf8)
      source.replaceSubrange(edit.place.range, with: edit.replacement.utf8)
      #expect(try parameters(String(decoding: source, as: UTF8.self)) == wanted)
    }
  }

  /// A body may end with anything, and any line may be missing.
  @Test(arguments: Project.files(in: "Examples", ending: ".mica"))
  func textsWithoutALineAreLookedAt(path: String) throws {
    let lines = try Project.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices {
      let text = (lines[..<index] + lines[(index + 1)...]).joined(separator: "\n")
      let program = Program(SourceFile(path: path, source: Array(text.utf8), number: 0))
      for fact in UnusedNames(of: program.main).facts {
        #expect(fact.diagnostic.place.range.upperBound <= text.utf8.count)
      }
    }
    #expect(Self.remarks(on: "block B(x: f32[N]) {\n    if N == 3 {\n        x = Relu(x)\n    }\n}").count == 1)
  }

  /// Where a file is to have the parameters, a path that the order of the text decides is worth a warning.
  @Test func layersOfWeightsAreWarnedOf() {
    let text = "model m(x: f32[N, 4]) {\n    weights \"m.safetensors\"\n    return Linear(x, out_features=4)\n}"
    #expect(Self.remarks(on: text).map(\.severity) == [.warning])
  }

  private static func model(
    _ name: String, _ body: String, inputs: String = "x: f32[N, 4]", _ remarks: String...
  ) -> Case {
    Case(name: name, text: "model m(\(inputs)) {\n\(body)\n}", remarks: remarks)
  }

  static let cases: [Case] = [
    Case(
      name: "an import",
      text: "import std.vision\nimport std.vision as v\nmodel m(x: f32[N]) {\n    return Relu(x)\n}\n",
      remarks: ["1: nothing here uses what std.vision declares", "2: nothing here uses what std.vision declares"]),
    model("a value", "y = Relu(x)\nreturn x", "2: nothing uses `y`"),
    model(
      "a value that is bound again", "y = Relu(x)\ny = Neg(x)\nreturn y", "2: nothing uses `y` before it is bound again"
    ),
    model("a name that is bound from itself", "x = Relu(x)\nx = Neg(x)\nreturn x"),
    model("one of several results", "a, b = Split(x, axis=1, num_outputs=2)\nreturn b", "2: nothing uses `a`"),
    model("a constant", "const k: i64[1] = [3]\nreturn x", "2: nothing uses the constant `k`"),
    model("configuration", "k = 3\nreturn x", "2: nothing uses `k`"),
    model("a name that says so", "_y = Relu(x)\nreturn x"),
    model("sizes", "y: f32[N, D] = x\nreturn Reshape(x, [D, N])"),
    model("a value with a doc comment", "/// Half.\ny = x * 0.5\nreturn x", "3: nothing uses `y`"),
    model("a weight", "param w: f32[4]\nreturn x"),
    model("a buffer", "buffer w: f32[4]\nreturn x"),
    model("a value that the next round uses", "y = x\nrepeat i in 0..<2 {\nx = x + y\ny = Relu(x)\n}\nreturn x"),
    model("a value in a round", "repeat i in 0..<2 {\ny = Neg(x)\nx = Relu(x)\n}\nreturn x", "3: nothing uses `y`"),
    model(
      "a value that one branch uses", "y = Neg(x)\nif opset > 3 { x = x + y } else { y = x }\nreturn x",
      "3: nothing uses `y`"),
    model("a value that a branch may replace", "y = Neg(x)\nif opset > 99 { y = x }\nreturn y"),
    model("values of a scope", "scope s {\ny = Neg(x)\nz = Relu(y)\n}\nreturn y", "4: nothing uses `z`"),
    model(
      "values of graphs",
      "y = If(flag, then_branch={\nx = Relu(x)\nz = Neg(x)\nreturn x\n}, else_branch={ return x })\nreturn y",
      inputs: "x: f32[N, 4], flag: bool[]", "4: nothing uses `z`"),
    model(
      "a value that a graph captures", "y = Neg(x)\nreturn If(f, then_branch={ return y }, else_branch={ return x })",
      inputs: "x: f32[4], f: bool[]"),
    model("a value of an interpolated name", "y1 = Neg(x)\ni = 1\nreturn `y{i}`"),
    model("what stands behind a return", "return x\ny = Relu(x)"),
    model("an input", "return x", inputs: "x: f32[N], mask: f32[N]", "1: the model `m` does not use its input `mask`"),
    model("an input whose size is used", "return Expand(x, [K])", inputs: "x: f32[1], like: i8[K]"),
    model(
      "an input that is replaced", "x = y\nreturn x", inputs: "x: f32[N], y: f32[N]",
      "1: the model `m` does not use its input `x`"),
    model(
      "configuration of a model", "return x", inputs: "x: f32[N], depth: int = 3",
      "1: the model `m` does not use its parameter `depth`"),
    model("configuration that a default uses", "return x * b", inputs: "x: f32[N], a: int = 3, b: int = 2 * a"),
    Case(
      name: "configuration of a block that is called",
      text: """
        block B(x: T[N], a: int = 3, b: int) -> T[N] { return x }
        model m(x: f32[N]) { return x |> B(a=4, b=5) |> B(b=6) }
        """,
      remarks: ["1: the block `B` does not use its parameter `a`", "1: the block `B` does not use its parameter `b`"]),
    Case(
      name: "parameters on lines of their own",
      text: """
        block B(
            x: T[N],
            a: int = 3,
            b: T[N],
        ) -> T[N] {
            return x
        }
        model m(x: f32[N]) { return B(x, x) }
        """,
      remarks: ["3: the block `B` does not use its parameter `a`", "4: the block `B` does not use its input `b`"]),
    Case(name: "imported texts", text: "@verbatim\nmodel m(x: f32[N]) {\ny = Relu(x)\nreturn x\n}"),
    model("a layer", "return Linear(x, out_features=3)", "2: this Linear has parameters and no label"),
    model(
      "a layer behind a pipe", "return x |> Linear(out_features=3) |> Relu",
      "2: this Linear has parameters and no label"),
    model(
      "a layer in a repeat", "repeat i in 0..<2 { x = Linear(x, out_features=3) }\nreturn x",
      "2: this Linear has parameters and no label"),
    model("layers with labels, or without parameters", "return fc: Linear(x |> Relu |> Flatten, out_features=3)"),
    model("a layer that is declared", "layer fc = Linear(out_features=4)\nreturn fc(fc(x))"),
    Case(
      name: "a block with layers",
      text: """
        block B(x: T[N, D]) -> T[N, D] { return fc: Linear(x, out_features=D) }
        block C(x: T[N, D]) -> T[N, D] { return Linear(x, out_features=D) }
        model m(x: f32[N, 4]) { return B(C(x)) }
        """,
      remarks: [
        "2: this Linear has parameters and no label", "3: this B has parameters and no label",
        "3: this C has parameters and no label",
      ]),
    Case(
      name: "a block that nothing calls",
      text: "block C(x: f32[N, 4]) -> f32[N, 3] { return Linear(x, out_features=3) }",
      remarks: ["1: this Linear has parameters and no label"]),
  ]
}
