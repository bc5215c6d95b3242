import Authoring
import Syntax
import Testing

/// What holds for the layout of every text, on written and on random ones.
@Suite struct FormattingPropertyTests {
  static let written = FormattingFiles.examples + FormattingFiles.library

  @Test(arguments: written)
  func writtenFiles(path: String) throws {
    let source = try FormattingFiles.bytes(path)
    #expect(SyntaxTree.parse(source).diagnostics == [])
    #expect(formattingViolations(of: source) == [])
  }

  /// Each string in the parser's tests as a file, as statements, as an expression and as a type.
  @Test func textsOfTheParserTests() throws {
    var count = 0
    var sound = 0
    for path in FormattingFiles.parserTests {
      for text in SwiftStrings.literals(in: try FormattingFiles.bytes(path)) {
        for whole in [
          text, "block B() {\n\(text)\n}\n", "block B() {\nreturn \(text)\n}\n", "block B(x: \(text)) {\n}\n",
        ] {
          let source = Array(whole.utf8)
          let found = formattingViolations(of: source)
          #expect(found == [], "\(path): \(whole)")
          count += 1
          if SyntaxTree.parse(source).diagnostics.isEmpty { sound += 1 }
        }
      }
    }
    // The parser's tests have some hundred texts; a reader of Swift that finds none would test nothing.
    #expect(count > 2000 && sound > 500, "\(count) texts, \(sound) without a mistake")
  }

  @Test func randomTexts() {
    var sound = 0
    Soak.run("formatted texts", minimum: 1000) { numbers in
      var generator = FormattingTextGenerator(numbers)
      let plain = Array(generator.file().utf8)
      numbers = generator.numbers
      guard SyntaxTree.parse(plain).diagnostics.isEmpty else { return true }
      let source = FormattingGaps(putsComments: true).scramble(plain, using: &numbers)
      let problems = SyntaxTree.parse(source).diagnostics.map(\.message)
      sound += 1
      let found = problems + formattingViolations(of: source)
      #expect(found == [], "seed \(Soak.seed)\n\(String(decoding: source, as: UTF8.self))")
      return found.isEmpty
    }
    #expect(sound > 500)
  }

  /// Line breaks and blanks of the source do not matter, but for blank lines and the end of the first.
  @Test func layoutDependsOnTokensOnly() throws {
    let written = try Self.written.map(FormattingFiles.bytes)
    Soak.run("layouts of scrambled texts", minimum: 200) { numbers in
      var plain = numbers.pick(written)
      if numbers.chance(80) {
        var generator = FormattingTextGenerator(numbers)
        plain = Array(generator.file().utf8)
        numbers = generator.numbers
      }
      guard SyntaxTree.parse(plain).diagnostics.isEmpty else { return true }
      let source = FormattingGaps(putsComments: false).scramble(plain, using: &numbers)
      #expect(SyntaxTree.parse(source).diagnostics == [])
      let expected = LineEnd(of: source).applied(to: FormattedText(of: SyntaxTree.parse(plain)).text)
      let found = FormattedText(of: SyntaxTree.parse(source)).text
      let difference = firstDifference(found, expected)
      #expect(difference == nil, "seed \(Soak.seed)\n\(String(decoding: source, as: UTF8.self))")
      return difference == nil
    }
  }
}
