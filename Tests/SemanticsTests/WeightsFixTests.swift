import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// Fixes of parameters that a file has by another name, and types that convert.
@Suite struct WeightsFixTests {
  private static func text(_ statement: String) -> String {
    "model m(x: f32[N, 4]) {\n\(statement)\nreturn fc: Linear(x, out_features=3)\n}\n"
  }

  private static let files = ["w.st": ["fc.weigth: f32[3, 4]", "fc.bias: f32[3]", "fc.weights: f32[9]"]]

  private func bound(_ text: String) -> Elaboration {
    var elaboration = Elaborated(text).elaborations[0]
    var binder = BindingTests.binder(Self.files)
    binder.bind(&elaboration, requiresFiles: false)
    return elaboration
  }

  /// However the statement is written, the fix adds the name to it, and nothing is missing any more.
  @Test(arguments: [
    ("weights \"w.st\"", "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\"})"),
    ("weights \"w.st\" ()", "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\"})"),
    ("weights \"w.st\" (ignore=\"a\")", "weights \"w.st\" (ignore=\"a\", rename={\"fc.weigth\": \"fc.weight\"})"),
    ("weights \"w.st\" (rename={})", "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\"})"),
    (
      "weights \"w.st\" (rename={\"a\": \"b\"}, prefix=\"\")",
      "weights \"w.st\" (rename={\"a\": \"b\", \"fc.weigth\": \"fc.weight\"}, prefix=\"\")"
    ),
    // Commas at the end, comments and newlines stay as they are.
    (
      "weights \"w.st\" (ignore=\"a\", )", "weights \"w.st\" (ignore=\"a\", rename={\"fc.weigth\": \"fc.weight\"}, )"
    ),
    (
      "weights \"w.st\" (rename={\"a\": \"b\",},)",
      "weights \"w.st\" (rename={\"a\": \"b\", \"fc.weigth\": \"fc.weight\",},)"
    ),
    (
      "weights \"w.st\" (\n  ignore=\"a\",  // one, (two)\n)",
      "weights \"w.st\" (\n  ignore=\"a\", rename={\"fc.weigth\": \"fc.weight\"},  // one, (two)\n)"
    ),
    (
      "weights \"w.st\" (\n  ignore=\"a\"  // a, \"b\"\n)",
      "weights \"w.st\" (\n  ignore=\"a\", rename={\"fc.weigth\": \"fc.weight\"}  // a, \"b\"\n)"
    ),
    (
      "weights \"w.st\" (rename={\n  \"a\": \"b\",  // first\n  \"c\": \"d\"  // last,\n})",
      "weights \"w.st\" (rename={\n  \"a\": \"b\",  // first\n  \"c\": \"d\", \"fc.weigth\": \"fc.weight\"  // last,\n})"
    ),
    (
      "weights \"w.st\" (rename={ // none\n})",
      "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\" // none\n})"
    ),
  ])
  func nearNamesAreTaken(statement: String, mended: String) throws {
    let text = Self.text(statement)
    let missing = try #require(bound(text).diagnostics.first { $0.identifier == "missing-weight" })
    let edit = try #require(missing.fixes.first?.edits.first)
    var source = Array(text.utf8)
    source.replaceSubrange(edit.place.range, with: Array(edit.replacement.utf8))
    #expect(String(decoding: source, as: UTF8.self) == Self.text(mended))
    #expect(bound(Self.text(mended)).diagnostics.isEmpty)
  }

  /// Unused tensors are told by patterns where they differ in numbers, and the fix writes these however the statement is.
  @Test(arguments: [
    ("weights \"w.st\"", "weights \"w.st\" (ignore=[\"h.*.mask\", \"extra\"])"),
    ("weights \"w.st\" (ignore=[])", "weights \"w.st\" (ignore=[\"h.*.mask\", \"extra\"])"),
    (
      "weights \"w.st\" (prefix=\"\", ignore=[\"a\"])",
      "weights \"w.st\" (prefix=\"\", ignore=[\"a\", \"h.*.mask\", \"extra\"])"
    ),
    ("weights \"w.st\" (ignore=\"a\")", nil),
    (
      "weights \"w.st\" (ignore=[\"a\",], prefix=\"\",)",
      "weights \"w.st\" (ignore=[\"a\", \"h.*.mask\", \"extra\",], prefix=\"\",)"
    ),
    (
      "weights \"w.st\" (ignore=[\n  \"a\",  // ]\n])",
      "weights \"w.st\" (ignore=[\n  \"a\", \"h.*.mask\", \"extra\",  // ]\n])"
    ),
  ])
  func unusedTensorsAreIgnored(statement: String, mended: String?) throws {
    let tensors = BindingTests.fc + ["h.0.mask: f32[1]", "extra: f32[1]", "h.12.mask: f32[2]"]
    func unused(_ text: String) -> [Diagnostic] {
      var elaboration = Elaborated(text).elaborations[0]
      var binder = BindingTests.binder(["w.st": tensors])
      binder.bind(&elaboration, requiresFiles: false)
      return binder.unusedWeights()
    }
    let text = Self.text(statement)
    let hint = try #require(unused(text).first)
    #expect(hint.message.contains("3 of the 5") && hint.message.contains("2 of h.*.mask"))
    guard let mended else { return #expect(hint.fixes.isEmpty) }
    #expect(Self.applied(hint.fixes, to: text) == Self.text(mended))
    #expect(unused(Self.text(mended)).isEmpty)
  }

  /// A pattern never covers a tensor that is taken.
  @Test func patternsLeaveWhatIsTaken() {
    var elaboration = Elaborated(
      "model m(x: f32[N, 4]) {\nweights \"w.st\"\nreturn h[0]: Linear(x, out_features=3, bias=false)\n}\n"
    ).elaborations[0]
    var binder = BindingTests.binder(["w.st": (0..<3).map { "h.\($0).weight: f32[3, 4]" }])
    binder.bind(&elaboration, requiresFiles: false)
    #expect(binder.unusedTensors().first?.patterns.map(\.text) == ["h.1.weight", "h.2.weight"])
  }

  /// A matrix that fits transposed has that as its fix, for all layers that are alike.
  @Test func matricesAreTransposed() throws {
    let text = """
      model m(x: f32[N, 4]) {
          weights "w.st"
          x = h[0]: Linear(x, out_features=3, bias=false)
          x = g: Linear(x, out_features=4, bias=false)
          return h[1]: Linear(x, out_features=3, bias=false)
      }
      """
    let tensors = try ["h.0.weight", "h.1.weight", "g.weight"].map { name in
      let sizes = name == "g.weight" ? [3, 4] : [4, 3]
      return (name, try #require(Tensor.numbers(.f32, (0..<12).map(Double.init), sizes: sizes)))
    }
    func bound(_ text: String) -> Elaboration {
      var elaboration = Elaborated(text).elaborations[0]
      var binder = WeightsBinder { _ in .success(Checkpoint(tensors: tensors)) }
      binder.bind(&elaboration, requiresFiles: false)
      return elaboration
    }
    let first = bound(text)
    #expect(first.diagnostics.map(\.identifier) == [String](repeating: "weight-shape-mismatch", count: 3))
    #expect(first.weightsUse?.boundCount == 0 && first.weightsUse?.misfits.count == 3)
    let second = Self.applied(first.diagnostics[0].fixes, to: text)
    #expect(second.contains("(transpose=[\"h.*.weight\"])"))
    let third = Self.applied(bound(second).diagnostics.first?.fixes ?? [], to: second)
    #expect(third.contains("(transpose=[\"h.*.weight\", \"g.weight\"])"))
    let elaboration = bound(third)
    #expect(elaboration.diagnostics.isEmpty && elaboration.weightsUse?.boundCount == 3)
    let graph = elaboration.model.graph
    let tensor = try #require(
      graph.regions[graph.body].initializers.first { graph.values[$0.value].name == "h.0.weight" }?.tensor)
    #expect(try tensor.float32Elements() == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
  }

  private static func applied(_ fixes: [Fix], to text: String) -> String {
    guard let edit = fixes.first?.edits.first else { return text }
    var source = Array(text.utf8)
    source.replaceSubrange(edit.place.range, with: Array(edit.replacement.utf8))
    return String(decoding: source, as: UTF8.self)
  }

  /// Floating-point elements convert, with a hint; others are an error.
  @Test func types() throws {
    var elaboration = Elaborated(Self.text("weights \"w.st\"")).elaborations[0]
    let weight = try #require(Tensor.numbers(.f16, [Double](repeating: 0.5, count: 12), sizes: [3, 4]))
    let bias = Tensor.i64([1, 2, 3])
    var binder = WeightsBinder { _ in .success(Checkpoint(tensors: [("fc.weight", weight), ("fc.bias", bias)])) }
    binder.bind(&elaboration, requiresFiles: false)
    #expect(elaboration.diagnostics.map(\.identifier).sorted() == ["weight-type-mismatch", "weights-converted"])
    let graph = elaboration.model.graph
    let tensor = try #require(
      graph.regions[graph.body].initializers.first { graph.values[$0.value].name == "fc.weight" }?.tensor)
    #expect(tensor.element == .f32 && tensor.byteCount == 48)
    #expect(try tensor.float32Elements() == [Float](repeating: 0.5, count: 12))
  }

  /// Where nothing but a prefix is in the way of all parameters, one problem says so, and its fix binds them.
  @Test(arguments: [
    ("weights \"w.st\"", "model.", "weights \"w.st\" (prefix=\"model.\")"),
    ("weights \"w.st\" (ignore=\"x\",)", "a.b.", "weights \"w.st\" (ignore=\"x\", prefix=\"a.b.\",)"),
    ("weights \"w.st\" (prefix=\"net.\")", "model.net.", "weights \"w.st\" (prefix=\"model.net.\")"),
    ("weights \"w.st\" (prefix=\"net.\")", "", "weights \"w.st\" (prefix=\"\")"),
  ])
  func prefixes(statement: String, prefix: String, mended: String) throws {
    func bound(_ text: String) -> (Elaboration, [Diagnostic]) {
      var elaboration = Elaborated(text).elaborations[0]
      var binder = BindingTests.binder(["w.st": BindingTests.fc.map { prefix + $0 }])
      binder.bind(&elaboration, requiresFiles: false)
      return (elaboration, elaboration.diagnostics + binder.unusedWeights())
    }
    let (first, problems) = bound(Self.text(statement))
    #expect(problems.map(\.identifier) == ["missing-weight"])
    #expect(first.weightsUse?.missing.count == 2)
    let text = Self.applied(problems.first?.fixes ?? [], to: Self.text(statement))
    #expect(text == Self.text(mended))
    let (second, rest) = bound(text)
    #expect(rest.isEmpty && second.weightsUse?.boundCount == 2)
  }

  /// What a model's paths begin with and the file's names do not is put before these.
  @Test func scopes() throws {
    let text = """
      model m(x: f32[N, 4]) {
          weights "w.st"
          scope net {
              x = enc.fc: Linear(x, out_features=4)
              x = head: Linear(x, out_features=3)
          }
          return x
      }
      """
    func bound(_ text: String) -> [Diagnostic] {
      var elaboration = Elaborated(text).elaborations[0]
      var binder = BindingTests.binder(
        ["w.st": ["enc.fc.weight: f32[4, 4]", "enc.fc.bias: f32[4]", "head.weight: f32[3, 4]", "head.bias: f32[3]"]])
      binder.bind(&elaboration, requiresFiles: false)
      return elaboration.diagnostics + binder.unusedWeights()
    }
    let problems = bound(text)
    #expect(problems.map(\.identifier) == ["missing-weight"] && problems[0].message.contains("without the `net.`"))
    let mended = Self.applied(problems.first?.fixes ?? [], to: text)
    #expect(mended.contains("(rename={\"enc\": \"net.enc\", \"head\": \"net.head\"})"))
    #expect(bound(mended).isEmpty)
  }

  /// A name of the same shape wins over one that is nearer; one of another shape is no fix, and is said to be of it.
  @Test func shapesDecideNames() throws {
    func missing(_ tensors: [String]) throws -> Diagnostic {
      var elaboration = Elaborated(Self.text("weights \"w.st\"")).elaborations[0]
      var binder = BindingTests.binder(["w.st": ["fc.bias: f32[3]"] + tensors])
      binder.bind(&elaboration, requiresFiles: false)
      return try #require(elaboration.diagnostics.first { $0.identifier == "missing-weight" })
    }
    let both = try missing(["fc.weights: f32[9]", "fc.wight_v: f32[3, 4]"])
    #expect(both.message.contains("did you mean its `fc.wight_v`") && !both.message.contains("fc.weights"))
    #expect(both.fixes.first?.edits.first?.replacement.contains("fc.wight_v") == true)
    let other = try missing(["fc.weights: f32[9]"])
    #expect(other.fixes.isEmpty && !other.message.contains("did you mean"))
    #expect(other.message.contains("`fc.weights`") && other.message.contains("another shape: f32[9]"))
  }

  /// An entry that nothing in the file fits is told where it stands.
  @Test func entriesThatDoNothing() {
    let text = Self.text(
      "weights \"w.st\" (rename={\"gamma\": \"weight\", \"old\": \"fc\"}, ignore=[\"ext*\", \"none.*\"], "
        + "transpose=[\"*.bias\", \"*.weight\", \"x\"])")
    var elaboration = Elaborated(text).elaborations[0]
    var binder = BindingTests.binder(["w.st": ["old.weight: f32[4, 3]", "fc.bias: f32[3]", "extra: f32[1]"]])
    binder.bind(&elaboration, requiresFiles: false)
    let hints = binder.idleEntries()
    let source = Array(text.utf8)
    #expect(hints.allSatisfy { $0.identifier == "idle-weights-option" && $0.severity == .hint })
    #expect(
      hints.map { String(decoding: source[$0.place.range], as: UTF8.self) }
        == ["\"gamma\": \"weight\"", "\"none.*\"", "\"*.bias\"", "\"x\""])
  }
}
