import Syntax
import Testing

/// A line with the bytes of one before is not lexed again: its tokens are what they would be by itself.
@Suite struct LineMemoryTests {
  /// Lines whose tokens could depend on what stands before them, were the lexer careless.
  private static let lines = [
    "    a = Relu(x)", "  a = Relu(x)", "\ta = Relu(x) // and so on", "    a = Relu(x)\r", "", "// nothing else",
    "a.0.1.b",
    ".5", "1.5.2", "`a{i}.{j}` = b\"c\" 'd'", "if repeat model &", "  }", "0", "x.", "é = 1", "a # b", "# b", "'open",
    "`open{", "`open{x", "1x", "{ { {", "\"a\\", "\u{FEFF}x", "|", "/", "a /",
  ]

  private struct Token: Equatable {
    var kind: TokenKind
    var bytes: Range<Int>
    var followsNewline: Bool
    var indentation: UInt32
  }

  /// The tokens of a text, all but the end of the file.
  private func tokens(of text: String, further offset: Int = 0) -> [Token] {
    let tokens = SyntaxTree.parse(Array(text.utf8)).tokens
    return (0..<tokens.count - 1).map { token in
      let bytes = tokens.range(token)
      return Token(
        kind: tokens.kinds[token], bytes: bytes.lowerBound + offset..<bytes.upperBound + offset,
        followsNewline: tokens.followsNewline(token), indentation: tokens.indentation(token))
    }
  }

  @Test(arguments: lines) func aLineHasTheSameTokensBehindEveryOther(line: String) {
    for other in Self.lines {
      let head = "\n\(line)\n\(other)\n\(line)\n\(other)"
      let alone = tokens(of: "\n\(line)\n", further: head.utf8.count)
      #expect(tokens(of: "\(head)\n\(line)\n") == tokens(of: head) + alone, "behind `\(other)`")
    }
  }

  @Test func theFirstLineIsLikeNoOther() {
    #expect(tokens(of: "a = b\na = b").map(\.followsNewline) == [false, false, false, true, false, false])
    #expect(tokens(of: "  a\n  a\n a\n  a").map(\.indentation) == [2, 2, 1, 2])
  }

  /// Where few lines repeat they are no longer looked for.
  @Test func aTextOfManyLinesHasTheTokensOfEach() {
    let lines = (0..<2000).map { $0 % 5 == 4 ? "  a = Relu(x)" : "  a\($0) = Relu(x) // \($0)" }
    var wanted: [Token] = []
    var offset = 0
    for line in lines {
      wanted += tokens(of: "\n" + line, further: offset)
      offset += line.utf8.count + 1
    }
    #expect(tokens(of: lines.map { "\n" + $0 }.joined()) == wanted)
  }
}
