import Semantics
import Syntax
import Testing

/// Blocks that no model calls.
@Suite struct UncalledTests {
  /// What is reported of the file's blocks, as `line: identifier`.
  static func reports(_ file: SourceFile) -> [String] {
    let program = Program(file)
    let elaborations = program.models.map { program.elaborate($0) }
    return program.diagnoseUncalled(besides: elaborations).diagnostics.map { diagnostic in
      let start = diagnostic.place.range.lowerBound
      let line = file.tree.source.prefix(start).count { $0 == UInt8(ascii: "\n") } + 1
      return "\(line): \(diagnostic.identifier)"
    }
  }

  @Test func whatIsWrongForEveryCallIsTold() {
    let file = SourceFile(
      path: "blocks.mica",
      source: """
        block A(x: T[..., D], out: int, later: int = next, next: int = 2) -> T[..., out] {
            y = Linear(x, out_features=out)
            z = Lienar(x, out_features=3)
            return y |> Relu(alpha=3) |> Softmax(axis=q)
        }
        operator com.acme.F(x: T[N], w: T[3, 4]) -> T[N] {
            return x + Concat(w, w, axis=5)
        }
        block Called(x: T[N]) -> T[N] { return Sqrt(y) }
        model m(x: f32[N]) { return Called(x) }
        """.utf8Array, number: 0)
    #expect(Self.reports(file) == ["1: unknown-name", "3: unknown-callee", "4: unknown-argument", "4: unknown-name"])
  }

  @Test func whatACallDecidesIsNot() {
    let file = SourceFile(
      path: "blocks.mica",
      source: """
        block A(x: T[N, D], y: T[N, E], list: [T[N]], depth: int, *rest: T[N]) -> T[N, D] {
            require D % depth == 0
            if D > 3 { x = x * (D ** -0.5) }
            param w: T[D, D]
            repeat i in 0..<depth { param `v{i}`: T[D] }
            repeat t in list { x = x + t }
            return x @ w + y + `v0` + Concat(*rest, axis=0)
        }
        """.utf8Array, number: 0)
    #expect(Self.reports(file) == [])
  }

  @Test(arguments: Project.files(in: "Sources/Semantics/Library", ending: ".mica"))
  func theLibraryIsSoundOnItsOwn(path: String) throws {
    #expect(Self.reports(SourceFile(path: path, source: try Project.bytes(path), number: 0)) == [])
  }
}

extension String {
  fileprivate var utf8Array: [UInt8] { Array(utf8) }
}
