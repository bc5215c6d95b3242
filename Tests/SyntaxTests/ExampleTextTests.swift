import Syntax
import Testing

@Suite struct ExampleTextTests {
  @Test(arguments: ExampleTexts.all)
  func areWhole(text: String) {
    let tree = SyntaxTree.parse(Array(text.utf8))
    expectInvariants(tree)
    #expect(tree.diagnostics == [])
  }

  @Test(arguments: ExampleTexts.all)
  func everyPrefixIsAText(text: String) {
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
      let tree = SyntaxTree.parse(Array(bytes[..<count]))
      let found = violations(of: tree)
      #expect(found == [], "the first \(count) bytes")
      guard found.isEmpty else { return }
    }
  }

  /// A newline for every space inside parentheses and brackets changes nothing but gaps.
  @Test(arguments: ExampleTexts.all)
  func newlinesInBracketsChangeNothing(text: String) {
    let tree = SyntaxTree.parse(Array(text.utf8))
    var broken: [UInt8] = []
    var open: [TokenKind] = []
    for token in 0..<tree.tokens.count - 1 {
      let kind = tree.tokens.kinds[token]
      let gapStart = token == 0 ? 0 : Int(tree.tokens.end(token - 1))
      let isInside = open.last == .leftParenthesis || open.last == .leftBracket
      broken += tree.source[gapStart..<Int(tree.tokens.start(token))]
      if isInside, kind != .leftBrace, kind != .assign { broken += Array("\n// x\n        ".utf8) }
      broken += tree.source[tree.tokens.range(token)]
      switch kind {
      case .leftParenthesis, .leftBracket, .leftBrace, .quotedNameHead: open.append(kind)
      case .rightParenthesis, .rightBracket, .rightBrace, .quotedNameTail: open.removeLast()
      default: break
      }
    }
    let other = SyntaxTree.parse(broken)
    expectInvariants(other)
    #expect(other.diagnostics == [])
    #expect(other.root.outline == tree.root.outline)
  }

  @Test func useEveryKindOfNode() {
    var missing = Set((UInt8.min...UInt8.max).compactMap(SyntaxKind.init(rawValue:)))
    missing.subtract([.error])
    for text in ExampleTexts.all {
      var pending = [SyntaxTree.parse(Array(text.utf8)).root]
      while let node = pending.popLast() {
        missing.remove(node.kind)
        pending += Array(node.children)
      }
    }
    #expect(missing == [])
  }
}
