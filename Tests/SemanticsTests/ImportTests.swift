import Graphs
import Semantics
import Syntax
import Testing

/// Programs of several files.
@Suite struct ImportTests {
  /// A program of the files; the first is its own.
  static func program(_ files: KeyValuePairs<String, String>) -> Program {
    let texts = Dictionary(uniqueKeysWithValues: files.map { ($0.key, $0.value) })
    let loader = ImportLoader { path, _ in
      guard let text = texts[path] else { return .failure(ImportLoader.Failure(message: "\(path): no such file")) }
      return .success(ImportLoader.Found(path: path, text: Array(text.utf8)))
    }
    let first = files[0]
    return Program(SourceFile(path: first.key, source: Array(first.value.utf8), number: 0), imports: loader)
  }

  /// `file: identifier: message` of everything that is reported.
  static func reports(_ program: Program) -> [String] {
    let names = Dictionary(uniqueKeysWithValues: program.files.map { ($0.number, $0.path) })
    var diagnostics = program.diagnostics
    for model in program.models {
      diagnostics += program.elaborate(model).diagnostics.filter { !diagnostics.contains($0) }
    }
    return diagnostics.map { "\(names[$0.place.file] ?? "std"): \($0.identifier): \($0.message)" }
  }

  static let blocks = """
    block Twice(x: T[...]) -> T[...] {
        return x + x
    }
    block Four(x: T[...]) -> T[...] {
        return Twice(Twice(x))
    }
    """

  @Test func blocksComeUnderTheirOwnNamesOrBehindAnAlias() {
    let program = Self.program([
      "main": """
      import "blocks"
      import "blocks" as b
      model m(x: f32[N]) -> (y: f32[N]) {
          return first: b.Four(x) |> Twice
      }
      """, "blocks": Self.blocks,
    ])
    #expect(Self.reports(program) == [])
    #expect(program.files.map(\.path) == ["main", "blocks"])
    let graph = program.elaborate(program.models[0]).model.graph
    #expect(graph.nodes.count == 3)
  }

  @Test func cyclesAreHarmless() {
    let program = Self.program([
      "main": """
      import "other"
      block Mine(x: T[...]) -> T[...] {
          return Other(x)
      }
      model m(x: f32[N]) -> (y: f32[N]) {
          return Mine(x)
      }
      """,
      "other": """
      import "main" as up
      import "other"
      block Other(x: T[...]) -> T[...] {
          return Relu(x)
      }
      """,
    ])
    #expect(Self.reports(program) == [])
  }

  @Test func ownNamesComeFirstAndNothingIsPassedOn() {
    let program = Self.program([
      "main": """
      import "middle"
      block Own(x: T[...]) -> T[...] {
          return Relu(x)
      }
      model m(x: f32[N]) -> (y: f32[N]) {
          return Twice(Own(x))
      }
      """,
      "middle": """
      import "blocks"
      block Own(x: T[...]) -> T[...] {
          return Sigmoid(x)
      }
      """, "blocks": Self.blocks,
    ])
    #expect(Self.reports(program).map { $0.prefix(35) } == ["main: unknown-callee: `Twice` is no"])
    let graph = program.elaborate(program.models[0]).model.graph
    #expect(graph.nodes.indices.map { graph.nodes[$0].operatorType } == ["Relu"])
  }

  @Test func mistakesAreToldInTheFileThatHasThem() {
    let program = Self.program([
      "main": """
      import "broken" as b
      import "nowhere" as b
      import "a"
      import "z"
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          a = b.Wrong(x)
          c = Same(x)
          return x
      }
      """,
      "broken": """
      block Wrong(x: T[N, C]) -> T[N, C] {
          return x + y
      }
      block Wrong(x: T[N, C]) -> T[N, C] {
      """,
      "a": "block Same(x: T[...]) -> T[...] {\nreturn Relu(x)\n}\n",
      "z": "block Same(x: T[...]) -> T[...] {\nreturn Neg(x)\n}\n",
    ])
    #expect(
      Self.reports(program).map { $0.split(separator: ":").prefix(2).joined(separator: ":") } == [
        "main: duplicate-name", "broken: expected-token", "broken: duplicate-name", "broken: unknown-name",
        "main: ambiguous-callee",
      ])
  }

  @Test func theNewestOperatorSetThatAFileAsksForIsWritten() {
    let program = Self.program([
      "main": "use onnx 15\nimport \"blocks\"\nmodel m(x: f32[N]) { return Twice(x) }\n",
      "blocks": "use onnx 18\nuse com.acme 3\n" + Self.blocks,
    ])
    #expect(program.opsets == ["": 18, "com.acme": 3])
  }
}
