import Authoring
import Syntax
import Testing

/// Texts with mistakes, and changes of parts of a text.
@Suite struct FormattingMistakeTests {
  @Test(arguments: [
    // A statement keeps its bytes, those around it do not.
    (
      "block B() {\nx=1\n  y =  f(x,  =  2)\nz=3\n}",
      "block B() {\n    x = 1\n  y =  f(x,  =  2)\n    z = 3\n}\n"
    ),
    // What follows on the line belongs to the mistake.
    ("block B() {\nx=1  y=2\nz=3\n}", "block B() {\nx=1  y=2\n    z = 3\n}\n"),
    // A bracket that is not closed takes in what it may hold.
    ("use  onnx 21\nblock B( x: T[N {\n  y=x\n}\nblock C( ){y=x}", nil),
    // A body that is not closed is a mistake of its declaration.
    ("use  onnx   21\nblock B() {\n  y=x\n", "use onnx 21\n\nblock B() {\n  y=x\n"),
    // Nor is one that is not opened laid out: a line must not end within a name.
    (
      "use  onnx   21\nblock B() -> T where A `{a( b)}-{k}`() {\n  y=x\n}",
      "use onnx 21\n\nblock B() -> T where A `{a( b)}-{k}`() {\n  y=x\n}\n"
    ),
    ("block B() {\nif a {\n x = = 1\n}\ny=2\n}", "block B() {\n    if a {\n x = = 1\n    }\n    y = 2\n}\n"),
    // What is missing at the end of a body's last line is a mistake of that line.
    ("block B() {\nx=1\n  return  x,\n}", "block B() {\n    x = 1\n  return  x,\n}\n"),
    ("nonsense  here\nuse  onnx 21", "nonsense  here\n\nuse onnx 21\n"),
    ("x\u{0}  y", "x\u{0}  y"),
  ])
  func keepTheirBytes(text: String, expected: String?) {
    let found = formatted(text)
    if let expected { #expect(found == expected) } else { #expect(found.contains("block B( x: T[N {\n  y=x\n}")) }
  }

  /// The parenthesis at the end of arguments that nobody closes is another one's.
  @Test func openArgumentsKeepTheirBytes() {
    let long = String(repeating: "y", count: 90)
    let text = "operator a.b(x: T[N])   macs = f(x, k = (\(long)) && ('it is')\nx = y\n"
    #expect(formatted(text).contains("operator a.b(x: T[N])   macs = f(x, k = (\(long)) && ('it is')\n"))
  }

  @Test func editsAreMinimal() {
    let source = Array("block B() {\n    x=y // ä\n    z = f(a,b,)\n}\n".utf8)
    let edits = FormattedText(of: SyntaxTree.parse(source)).edits
    #expect(
      edits.map { "\(String(decoding: source[$0.place.range], as: UTF8.self))→\($0.replacement)" }
        == ["→ ", "→ ", "→ ", "→ ", ",→"])
  }

  /// An editor formats the line just typed, or a selection.
  @Test func editsOfARange() throws {
    let text = "block B() {\n    x=y\n    z=x\n    w=z\n}\n"
    let formatted = FormattedText(of: SyntaxTree.parse(Array(text.utf8)))
    let start = try #require(text.utf8.firstRange(of: "z=x".utf8)).lowerBound.utf16Offset(in: text)
    let some = apply(formatted.edits(in: start..<start + 3), to: Array(text.utf8))
    #expect(String(decoding: some, as: UTF8.self) == "block B() {\n    x=y\n    z = x\n    w=z\n}\n")
  }

  @Test func nothingToDoIsNoEdit() {
    let formatted = FormattedText(of: SyntaxTree.parse(Array("use onnx 21\n".utf8)))
    #expect(!formatted.isChanged && formatted.edits == [])
  }
}
