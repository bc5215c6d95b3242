import Syntax
import Testing

@Suite struct LiteralTests {
  private func expression(_ text: String) throws -> Syntax {
    let tree = SyntaxTree.parseExpression(Array(text.utf8))
    expectInvariants(tree)
    return try #require(tree.root.firstChild)
  }

  @Test(
    arguments: [
      ("0", 0), ("9223372036854775807", .max), ("9223372036854775808", nil), ("0xff", 255), ("0X10", 16),
      ("0xffffffffffffffffff", nil), ("007", 7),
    ] as [(String, Int?)])
  func integers(text: String, value: Int?) throws {
    let literal = try expression(text)
    #expect(literal.kind == .integer)
    #expect(literal.integerValue == value)
  }

  @Test(arguments: [
    ("0.5", 0.5), ("1e-3", 1e-3), ("1E5", 1e5), ("2.", 2.0), (".25", 0.25), ("0x1p-126", 0x1p-126),
    ("0x1.921fb54442d18p+1", .pi), ("0X1P1", 2), ("1e999", .infinity), ("5e-324", .leastNonzeroMagnitude),
  ])
  func floats(text: String, value: Double) throws {
    let literal = try expression(text)
    #expect(literal.kind == .float)
    #expect(literal.floatValue == value)
  }

  @Test(arguments: [
    (#""""#, ""), (#""a""#, "a"), ("'it is \"so\"'", "it is \"so\""), (#""\"\\\'""#, #""\'"#),
    (#""\n\t\r\0""#, "\n\t\r\0"), (#""\x41\xe2\x82\xac""#, "A€"), (#""\q\x4""#, "qx4"), ("\"é\"", "é"),
    ("\"abc", "abc"), ("\"", ""),
  ])
  func strings(text: String, value: String) throws {
    let literal = try expression(text)
    #expect(literal.kind == .string)
    #expect(literal.stringValue == value)
  }

  @Test(arguments: [
    (#"b"\xff\x00""#, [0xFF, 0]), ("b'ab'", [0x61, 0x62]), (#"b"""#, []),
  ])
  func bytes(text: String, value: [UInt8]) throws {
    let literal = try expression(text)
    #expect(literal.kind == .bytes)
    #expect(literal.stringBytes == value)
  }

  @Test(arguments: [
    ("a", ["a"]), ("`a b`", ["a b"]), (#"`\{\`\\\n\x41`"#, ["{`\\\nA"]), ("`layer{i}`", ["layer", "<i>", ""]),
    ("`{i + 1}.{j}`", ["", "<i + 1>", ".", "<j>", ""]), ("`a{}b`", ["a", "b"]), ("`a{`b{c}`}`", ["a", "<`b{c}`>", ""]),
    ("`abc", ["abc"]), ("`a{i", ["a", "<i>"]),
  ])
  func nameParts(text: String, parts: [String]) throws {
    let name = try expression(text)
    let found = name.nameParts.map { part in
      switch part {
      case .text(let text): text
      case .expression(let expression): "<\(expression.text)>"
      }
    }
    #expect(found == parts)
  }

  @Test(
    arguments: [("a", "a"), ("`a b`", "a b"), ("`a{i}`", nil), ("1", nil), ("a.b", nil)] as [(String, String?)])
  func plainNames(text: String, name: String?) throws {
    #expect(try expression(text).plainName == name)
  }

  @Test(arguments: [
    ("/// A block.\nblock B() {\n}", "A block."),
    ("///Two\n///  lines.\r\nblock B() {\n}", "Two\n lines."),
    ("/// Before.\n@name(\"x\")\nblock B() {\n}", "Before."),
    ("use onnx 21\n\n/// After another.\nblock B() {\n}", "After another."),
    ("/// Too far off.\n\nblock B() {\n}", ""),
    ("// No doc.\nblock B() {\n}", ""),
    ("//////////\nblock B() {\n}", ""),
    ("/// Not this.\n// A comment between.\n/// This.\nblock B() {\n}", "This."),
    ("use onnx 21 /// Of the line before.\nblock B() {\n}", ""),
    ("use onnx 21 /// Of the line before.\n/// Of this one.\nblock B() {\n}", "Of this one."),
    ("block B() {\n}", ""),
  ])
  func docComments(text: String, doc: String) throws {
    let tree = SyntaxTree.parse(Array(text.utf8))
    let block = try #require(tree.root.child(.blockDeclaration))
    #expect(block.docComment == doc)
  }

  @Test func docCommentOfAStatement() throws {
    let tree = SyntaxTree.parse(Array("block B() {\n    a = 1\n    /// The weight.\n    param w: f32[]\n}".utf8))
    let body = try #require(tree.root.firstChild?.child(.body))
    #expect(body.children.map(\.docComment) == ["", "The weight."])
  }
}
