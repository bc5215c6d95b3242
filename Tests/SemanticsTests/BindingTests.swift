import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// Parameters and the tensors of weights files.
@Suite struct BindingTests {
  /// Weights files by path, each tensor as `name: type`.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var statement: String
    var files: [String: [String]]
    /// What is reported, as `identifier` with facts of the message.
    var reported: [(identifier: String, facts: [String])]
    /// The names in files of the tensors that `fc.weight` and `fc.bias` are bound to, sorted by the parameter.
    var bound: [String]

    init(
      _ name: String, _ statement: String, files: [String: [String]], reported: [(String, [String])] = [],
      bound: [String] = []
    ) {
      self.name = name
      self.statement = statement
      self.files = files
      self.reported = reported.map { (identifier: $0.0, facts: $0.1) }
      self.bound = bound
    }

    var testDescription: String { name }
  }

  static let fc = ["fc.weight: f32[3, 4]", "fc.bias: f32[3]"]

  static let cases: [Case] = [
    Case("all there", "weights \"w.st\"", files: ["w.st": fc], bound: ["fc.bias", "fc.weight"]),
    Case(
      "one missing, with the nearest", "weights \"w.st\"", files: ["w.st": [fc[0], "fc.bais: f32[3]"]],
      reported: [
        ("missing-weight", ["fc.bias", "f32[3]", "w.st", "fc.bais"]), ("unused-weights", ["1", "2", "fc.bais"]),
      ],
      bound: ["fc.weight"]),
    Case(
      "one missing, with nothing near", "weights \"w.st\"", files: ["w.st": [fc[0]]],
      reported: [("missing-weight", ["fc.bias", "w.st"])], bound: ["fc.weight"]),
    Case(
      "another shape", "weights \"w.st\"", files: ["w.st": ["fc.weight: f32[4, 3]", fc[1]]],
      reported: [("weight-shape-mismatch", ["fc.weight", "f32[3, 4]", "f32[4, 3]", "w.st"])], bound: ["fc.bias"]),
    Case(
      "another element type", "weights \"w.st\"", files: ["w.st": ["fc.weight: f16[3, 4]", fc[1]]],
      reported: [("weight-type-mismatch", ["fc.weight", "f32", "f16[3, 4]", "w.st"])], bound: ["fc.bias"]),
    Case(
      "tensors that nobody takes", "weights \"w.st\"",
      files: ["w.st": fc + ["extra: f32[2]", "fc.num_batches_tracked: i64[]"]],
      reported: [("unused-weights", ["2", "4", "extra", "fc.num_batches_tracked", "i64"])],
      bound: ["fc.bias", "fc.weight"]),
    Case(
      "entries that do nothing", "weights \"w.st\" (ignore=[\"extra\"], rename={\"gamma\": \"weight\"})",
      files: ["w.st": fc],
      reported: [("idle-weights-option", ["w.st", "extra", "ignore"]), ("idle-weights-option", ["gamma", "rename"])],
      bound: ["fc.bias", "fc.weight"]),
    Case(
      "tensors that are to be ignored", "weights \"w.st\" (ignore=[\"ext*\", \"*.num_*_tracked\"])",
      files: ["w.st": fc + ["extra: f32[2]", "fc.num_batches_tracked: i64[]"]], bound: ["fc.bias", "fc.weight"]),
    Case(
      "one pattern", "weights \"w.st\" (ignore=\"extra\")", files: ["w.st": fc + ["extra: f32[2]", "extra2: f32[2]"]],
      reported: [("unused-weights", ["1", "4", "extra2"])], bound: ["fc.bias", "fc.weight"]),
    Case(
      "a prefix", "weights \"w.st\" (prefix=\"net.\")",
      files: ["w.st": ["net.fc.weight: f32[3, 4]", "net.fc.bias: f32[3]", "fc.bias: f32[3]"]],
      reported: [("unused-weights", ["1", "3", "fc.bias"])], bound: ["net.fc.bias", "net.fc.weight"]),
    Case(
      "renamed segments", "weights \"w.st\" (rename={\"head\": \"fc\", \"gamma\": \"weight\"})",
      files: ["w.st": ["head.gamma: f32[3, 4]", "head.bias: f32[3]"]], bound: ["head.bias", "head.gamma"]),
    Case(
      "two tensors of one path", "weights \"w.st\" (rename={\"gamma\": \"weight\"})",
      files: ["w.st": fc + ["fc.gamma: f32[3, 4]"]],
      reported: [
        ("ambiguous-weight", ["fc.weight", "fc.gamma", "w.st", "rename"]), ("unused-weights", ["1", "3", "fc.gamma"]),
      ],
      bound: ["fc.bias", "fc.weight"]),
    Case(
      "only whole segments are renamed", "weights \"w.st\" (rename={\"f\": \"g\", \"c.bia\": \"\"})",
      files: ["w.st": fc],
      reported: [("idle-weights-option", ["f"]), ("idle-weights-option", ["c.bia"])],
      bound: ["fc.bias", "fc.weight"]),
    Case(
      "segments that are left out", "weights \"w.st\" (prefix=\"a.\", rename={\"inner.deep\": \"\"})",
      files: ["w.st": ["a.inner.deep.fc.weight: f32[3, 4]", "a.fc.inner.deep.bias: f32[3]"]],
      bound: ["a.fc.inner.deep.bias", "a.inner.deep.fc.weight"]),
    Case(
      "several files, the first one first", "weights \"a.st\"\nweights \"b.st\"",
      files: ["a.st": [fc[0]], "b.st": [fc[1], "fc.weight: f16[9]"]],
      reported: [("unused-weights", ["1", "2", "fc.weight"])], bound: ["fc.bias", "fc.weight"]),
    Case(
      "no file", "weights \"absent.st\"", files: [:], reported: [("weights-file-missing", ["absent.st"])]),
    Case(
      "a file that cannot be read", "weights \"broken.st\"", files: [:],
      reported: [("weights-file-unreadable", ["broken.st"])]),
    Case("nothing to bind", "", files: [:]),
  ]

  static func tensor(_ text: String) -> (name: String, tensor: Tensor) {
    let parts = text.split(separator: " ", maxSplits: 1)
    let type = parts[1].split(separator: "[", omittingEmptySubsequences: false)
    let sizes = type[1].dropLast().split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    let element = ElementType(spelling: String(type[0])) ?? .string
    // What is bound is told apart by its storage.
    return (String(parts[0].dropLast()), Tensor(element, sizes, .strings([Array(parts[0].dropLast().utf8)])))
  }

  static func binder(_ files: [String: [String]]) -> WeightsBinder {
    WeightsBinder { statement in
      let path = statement.path
      if let tensors = files[path] { return .success(Checkpoint(tensors: tensors.map(tensor))) }
      return .failure(WeightsError(isMissing: path != "broken.st", message: "\(path): cannot be opened"))
    }
  }

  /// The names in files of the bound tensors, in the order of the parameters' names.
  static func boundNames(_ elaboration: Elaboration) -> [String] {
    let graph = elaboration.model.graph
    return graph.regions[graph.body].initializers.sorted { graph.values[$0.value].name < graph.values[$1.value].name }
      .compactMap { initializer in
        if case .strings(let names) = initializer.tensor.storage {
          String(decoding: names[0], as: UTF8.self)
        } else {
          nil
        }
      }
  }

  @Test(arguments: cases)
  func binding(_ example: Case) throws {
    let elaborated = Elaborated(
      "model m(x: f32[N, 4]) {\n\(example.statement)\nreturn fc: Linear(x, out_features=3)\n}\n")
    try #require(elaborated.diagnostics.map(elaborated.describe) == [])
    var elaboration = elaborated.elaborations[0]
    var binder = Self.binder(example.files)
    binder.bind(&elaboration, requiresFiles: false)
    let diagnostics = elaboration.diagnostics + binder.unusedWeights() + binder.idleEntries()
    #expect(diagnostics.map(\.identifier) == example.reported.map(\.identifier))
    for (diagnostic, expected) in zip(diagnostics, example.reported) {
      for fact in expected.facts { #expect(diagnostic.message.hasFact(fact), "\(diagnostic.message): \(fact)") }
    }
    #expect(Self.boundNames(elaboration) == example.bound)
    #expect(elaboration.hasErrors == diagnostics.contains { $0.severity == .error })
  }

  /// What is missing is told at the parameter's call; a file at its statement; unused tensors as a hint there.
  @Test func places() throws {
    let elaborated = Elaborated(
      """
      model m(x: f32[N, 4]) {
          weights "w.st"
          x = fc: Linear(x, out_features=3)
          param scale: f32[3]
          return x * scale
      }
      """)
    var elaboration = elaborated.elaborations[0]
    var binder = Self.binder(["w.st": ["fc.weight: f32[3, 4]", "other: f32[1]"]])
    binder.bind(&elaboration, requiresFiles: false)
    let diagnostics = elaboration.diagnostics + binder.unusedWeights()
    #expect(diagnostics.map { elaborated.line(of: $0.place) } == [3, 4, 2])
    #expect(diagnostics.map(\.severity) == [.error, .error, .hint])
  }

  @Test(arguments: [(false, Diagnostic.Severity.warning), (true, .error)])
  func aMissingFileIsAnErrorWhereItIsNeeded(requiresFiles: Bool, severity: Diagnostic.Severity) {
    var elaboration = Elaborated(
      "model m(x: f32[N, 4]) {\nweights \"absent.st\"\nreturn fc: Linear(x, out_features=3)\n}\n"
    ).elaborations[0]
    var binder = Self.binder([:])
    binder.bind(&elaboration, requiresFiles: requiresFiles)
    #expect(elaboration.diagnostics.map(\.identifier) == ["weights-file-missing"])
    #expect(elaboration.diagnostics.map(\.severity) == [severity])
  }

  @Test func anUnreadableFileIsAlwaysAnError() {
    var elaboration = Elaborated("model m(x: f32[N]) {\nweights \"broken.st\"\nreturn x\n}\n").elaborations[0]
    var binder = Self.binder([:])
    binder.bind(&elaboration, requiresFiles: false)
    #expect(elaboration.diagnostics.map(\.severity) == [.error])
  }

  /// Two models of one file: a tensor is unused only where neither takes it, and the file is opened once.
  @Test func modelsThatShareAFile() throws {
    let elaborated = Elaborated(
      """
      model a(x: f32[N, 4]) {
          weights "w.st"
          return fc: Linear(x, out_features=3)
      }
      model b(x: f32[N, 4]) {
          weights "w.st"
          return head: Linear(x, out_features=2)
      }
      """)
    let tensors = Self.fc + ["head.weight: f32[2, 4]", "head.bias: f32[2]"]
    let opened = Counter()
    func bind(_ tensors: [String]) -> [Diagnostic] {
      var binder = WeightsBinder { _ in
        opened.count += 1
        return .success(Checkpoint(tensors: tensors.map(Self.tensor)))
      }
      var diagnostics: [Diagnostic] = []
      for var elaboration in elaborated.elaborations {
        binder.bind(&elaboration, requiresFiles: true)
        diagnostics += elaboration.diagnostics
      }
      return diagnostics + binder.unusedWeights()
    }
    #expect(bind(tensors).map(\.message) == [])
    #expect(opened.count == 1)
    let unused = bind(tensors + ["extra: f32[1]"])
    #expect(Set(unused.map(\.identifier)) == ["unused-weights"])
    #expect(unused.allSatisfy { $0.message.hasFact("extra") && !$0.message.contains("head") })
  }

  private final class Counter {
    var count = 0
  }

  @Test func buffersMayBeAbsentAndTiedParametersAreOne() throws {
    let elaborated = Elaborated(
      """
      model m(ids: i64[N, S]) {
          weights "w.st"
          buffer offset: f32[6] = zeros
          e = wte: Embedding(ids, num_embeddings=10, embedding_dim=6)
          return (e + offset) @ Transpose(wte.weight)
      }
      """)
    var elaboration = elaborated.elaborations[0]
    var binder = Self.binder(["w.st": ["wte.weight: f32[10, 6]"]])
    binder.bind(&elaboration, requiresFiles: true)
    #expect(elaboration.diagnostics.map(\.message) == [])
    #expect(binder.unusedWeights().isEmpty)
    #expect(Self.boundNames(elaboration) == ["wte.weight"])
  }

  @Test func parametersOfBranchesAreBound() {
    let elaborated = Elaborated(
      """
      model m(x: f32[N, 4], flag: bool[]) {
          weights "w.st"
          return If(flag, then_branch={ return fc: Linear(x, out_features=3) }, else_branch={ return x[:, 0:3] })
      }
      """)
    var elaboration = elaborated.elaborations[0]
    var binder = Self.binder(["w.st": Self.fc])
    binder.bind(&elaboration, requiresFiles: true)
    #expect(elaboration.diagnostics.map(\.message) == [])
    #expect(Self.boundNames(elaboration) == ["fc.bias", "fc.weight"])
  }
}
