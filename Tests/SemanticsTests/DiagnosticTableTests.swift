import Syntax
import Testing

/// The identifiers in the sources, in the documentation and in the tests.
@Suite struct DiagnosticTableTests {
  /// The identifiers that Swift files give to the problems they report, by file.
  static func identifiers(in files: [String]) throws -> Set<String> {
    var found: Set<String> = []
    for file in files {
      let text = try Project.text(file)
      // The first argument of what makes or reports a problem, which may choose between two.
      for call in text.matches(
        of:
          /\b(?:Diagnostic|OperatorProblem|ModelProblem|RecipeError|JoinProblem|BatchProblem|report|reportUndetermined|warn|fail)\(([^,)]*),/
      ) {
        for literal in call.output.1.matches(of: /"([a-z]+(?:-[a-z]+)*)"/) { found.insert(String(literal.output.1)) }
      }
      for line in text.matches(of: /(?:error|warning)\[([a-z]+(?:-[a-z]+)*)\]/) where line.output.1 != "identifier" {
        found.insert(String(line.output.1))
      }
    }
    return found
  }

  /// The rows of the table: identifier, meaning, mend.
  static func rows() throws -> [[String]] {
    try Project.text("docs/diagnostics.md").split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      row.split(separator: "|").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    }
  }

  @Test func theTableHasWhatTheSourcesHave() throws {
    let sources = try Self.identifiers(in: Project.files(in: "Sources", ending: ".swift"))
    let table = try Self.rows().map { String($0[0].filter { $0 != "`" }) }
    #expect(sources.count > 50)
    #expect(sources.subtracting(table).sorted() == [], "not in docs/diagnostics.md")
    #expect(Set(table).subtracting(sources).sorted() == [], "in docs/diagnostics.md and nowhere else")
    #expect(table == table.sorted())
    #expect(Set(table).count == table.count)
  }

  @Test func everyRowSaysWhatItMeansAndHowToMendIt() throws {
    for row in try Self.rows() {
      #expect(row.count == 3, "\(row)")
      #expect(row.allSatisfy { !$0.isEmpty }, "\(row)")
    }
  }

  /// Everything that elaboration and binding can report has a case in the tables of these tests.
  @Test func everyIdentifierHasACase() throws {
    let sources = try Self.identifiers(in: Project.files(in: "Sources/Semantics", ending: ".swift"))
    let examples = Set(Example.all.flatMap { Notation($0.source).diagnostics }.map(\.identifier))
    let weights = Set(BindingTests.cases.flatMap { $0.reported.map(\.identifier) })
    #expect(sources.count > 35)
    // Only tensors with bytes convert; `WeightsFixTests.types` has such.
    let converted: Set = ["weights-converted"]
    let remarks = Set(RemarkTests.cases.flatMap { RemarkTests.remarks(on: $0.text) }.map(\.identifier))
    #expect(
      sources.subtracting(examples).subtracting(weights).subtracting(converted).subtracting(remarks).sorted() == [])
  }
}
