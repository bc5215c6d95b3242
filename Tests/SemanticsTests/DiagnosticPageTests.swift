import Syntax
import Testing

/// The identifiers in the sources, in the documentation and in the tests.
@Suite struct DiagnosticPageTests {
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

  /// The page's sections: the identifier of each, and its paragraphs.
  static func sections() throws -> [(identifier: String, paragraphs: [Substring])] {
    try Project.text("docs/diagnostics.md").split(separator: "\n## ").dropFirst().map { section in
      let paragraphs = section.split(separator: "\n\n")
      return (String(paragraphs[0]), Array(paragraphs.dropFirst()))
    }
  }

  @Test func thePageHasWhatTheSourcesHave() throws {
    let sources = try Self.identifiers(in: Project.files(in: "Sources", ending: ".swift"))
    let page = try Self.sections().map(\.identifier)
    #expect(sources.count > 50)
    #expect(sources.subtracting(page).sorted() == [], "not in docs/diagnostics.md")
    #expect(Set(page).subtracting(sources).sorted() == [], "in docs/diagnostics.md and nowhere else")
    #expect(page == page.sorted())
    #expect(Set(page).count == page.count)
  }

  /// What an example prints is checked where it is run, in Tests/Oracles.
  @Test func everySectionSaysWhatItMeansAndHowToMendItAndHasAnExample() throws {
    for (identifier, paragraphs) in try Self.sections() {
      try #require(paragraphs.count > 2, "\(identifier)")
      #expect(!paragraphs[0].hasPrefix("Mend: ") && paragraphs[0].hasSuffix("."), "\(identifier)")
      #expect(paragraphs[1].hasPrefix("Mend: ") && paragraphs[1].hasSuffix("."), "\(identifier)")
      #expect(paragraphs[2...].contains { $0.contains("```console\n$ ") }, "\(identifier)")
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
