import Syntax
import Testing

/// Bytes that are no text are one problem, at their start.
@Suite struct NotTextTests {
  private static let model = Array("\u{8}\n\u{12}\u{7}pytorch\u{1A}\0x".utf8)

  @Test(arguments: [
    (model, "is no text but a binary file (byte 12 is zero)"),
    ([0xFF, 0xFE, 0x75, 0x00, 0x73, 0x00], "is encoded in UTF-16"),
    ([0xFE, 0xFF, 0x00, 0x75], "is encoded in UTF-16"),
    ([UInt8](repeating: 0, count: 10_000), "is no text but a binary file (byte 0 is zero)"),
    ([UInt8](repeating: 0xE9, count: 20), "is no text in UTF-8"),
  ])
  func isOneProblem(bytes: [UInt8], message: String) throws {
    for tree in [SyntaxTree.parse(bytes), SyntaxTree.parseExpression(bytes)] {
      expectInvariants(tree)
      #expect(tree.diagnostics.map(\.identifier) == ["not-text"])
      #expect(try #require(tree.diagnostics.first).message.contains(message))
      #expect(tree.diagnostics.first?.place.range == 0..<0)
      #expect(tree.root.children.map(\.kind) == [.error])
      #expect(tree.tokens.count == 2)
    }
  }

  @Test(arguments: [
    "\u{FEFF}use onnx 21\n// äöü ✓ 漢字\n", "", String(repeating: "// é\n", count: 500),
    // The first kibibyte ends within a character.
    "//" + String(repeating: "é", count: 800) + "a", "//a" + String(repeating: "漢", count: 800),
  ])
  func textIsText(text: String) {
    #expect(SyntaxTree.parse(Array(text.utf8)).diagnostics == [])
  }

  /// A few slips are a text wherever its characters stand, and more of them none wherever they stand.
  @Test(arguments: 0..<3) func blanksDecideNothing(shift: Int) {
    let blanks = Array(repeating: UInt8(ascii: " "), count: shift)
    let slips = Array("// ".utf8) + [0xE9, 0xA0, 0xE9, UInt8(ascii: "\n")]
    let long = slips + blanks + Array(("// " + String(repeating: "é", count: 800) + "\n").utf8)
    #expect(SyntaxTree.parse(long).diagnostics.map(\.identifier) == [])
    #expect(SyntaxTree.parse(long + slips).diagnostics.map(\.identifier) == ["not-text"])
  }

  /// An accent in another encoding leaves the rest of the text as it is.
  @Test func aSlipIsNoBinaryFile() {
    let tree = SyntaxTree.parse(Array("// caf".utf8) + [0xE9] + Array("\nuse onnx 21\n".utf8))
    expectInvariants(tree)
    #expect(tree.root.outline == "(file (useDeclaration onnx 21))")
  }
}
