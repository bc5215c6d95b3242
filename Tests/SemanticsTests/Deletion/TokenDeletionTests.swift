import Semantics
import Syntax
import Testing

/// Each token of the examples deleted in turn: what it does not affect keeps its types.
///
/// All of them where the random tests have five minutes or more, as in `scripts/soak`; a random sample otherwise.
@Suite struct TokenDeletionFuzzTests {
  struct File {
    let path: String
    let source: [UInt8]
    let tree: SyntaxTree
    let types: StatementTypes

    init(_ path: String) throws {
      self.path = path
      source = try Project.bytes(path)
      let program = Program(SourceFile(path: path, source: source, number: 0))
      tree = program.file.tree
      types = StatementTypes(program)
    }

    /// The statements that lose types though the token is no part of what they depend on, as `line: text`.
    func losses(without token: Int) -> [String] {
      let gap = tree.tokens.range(token)
      let damaged = Array(source[..<gap.lowerBound] + source[gap.upperBound...])
      func moved(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound >= gap.upperBound
          ? range.lowerBound - gap.count..<range.upperBound - gap.count : range
      }
      let damage = Damage(of: token, in: tree.root)
      let affected = damage.affectedPlaces(in: tree.root)
      // What an affected statement calls has types of its own; those of other calls stay.
      let kept = types.types { call in
        !affected.contains { $0.lowerBound <= call.lowerBound && call.upperBound <= $0.upperBound }
      }
      let found = StatementTypes(Program(SourceFile(path: path, source: damaged, number: 0))).types()
      var losses: [String] = []
      for statement in damage.unaffectedStatements(in: tree.root) {
        for place in statement.resultPlaces {
          guard let expected = kept[place] else { continue }
          let types = found[moved(place)] ?? []
          guard !expected.isSubset(of: types) else { continue }
          let line = source[..<place.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
          losses.append("\(line): \(statement.text.prefix(60)) was \(expected.sorted()), is \(types.sorted())")
        }
      }
      return losses
    }

    func describe(_ token: Int) -> String {
      let range = tree.tokens.range(token)
      let line = source[..<range.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
      return "\(path):\(line): without `\(String(decoding: source[range], as: UTF8.self))` (token \(token))"
    }

    var tokenCount: Int { tree.tokens.count - 1 }
  }

  static let isThorough = Soak.duration >= .seconds(300)

  @Test(.enabled(if: isThorough), arguments: Project.files(in: "Examples", ending: ".mica"))
  func everyToken(path: String) throws {
    let file = try File(path)
    #expect(!file.types.entries.isEmpty)
    for token in 0..<file.tokenCount {
      let losses = file.losses(without: token)
      #expect(losses == [], "\(file.describe(token))")
    }
  }

  @Test(.enabled(if: !isThorough)) func someTokens() throws {
    let files = try Project.files(in: "Examples", ending: ".mica").map(File.init)
    #expect(files.allSatisfy { !$0.types.entries.isEmpty })
    Soak.run("deleted tokens") { numbers in
      guard let file = files.randomElement(using: &numbers) else { return }
      let token = Int.random(in: 0..<file.tokenCount, using: &numbers)
      let losses = file.losses(without: token)
      #expect(losses == [], "\(file.describe(token))")
    }
  }
}
