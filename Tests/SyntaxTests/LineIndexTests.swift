import Syntax
import Testing

@Suite struct LineIndexTests {
  @Test(arguments: [
    ("", 0, 1, 1), ("ab", 0, 1, 1), ("ab", 2, 1, 3), ("a\nb", 1, 1, 2), ("a\nb", 2, 2, 1), ("a\nb", 3, 2, 2),
    ("a\n", 2, 2, 1), ("\n\n", 1, 2, 1), ("\n\n", 2, 3, 1), ("a\r\nb", 3, 2, 1),
    // Columns count scalars: é has two bytes, 😀 four.
    ("éx", 2, 1, 2), ("😀x", 4, 1, 2), ("a\né😀b", 8, 2, 3),
    // Beyond the end is the end.
    ("ab", 9, 1, 3),
  ])
  func positions(text: String, offset: Int, line: Int, column: Int) {
    let source = Array(text.utf8)
    let position = LineIndex(source).position(of: offset, in: source)
    #expect(position.line == line)
    #expect(position.column == column)
  }

  @Test func linesAgreeWithCounting() {
    let source = Array("a\n\nbc\n\n\nd\ne".utf8)
    let index = LineIndex(source)
    for offset in 0...source.count {
      #expect(index.line(of: offset) == source[..<offset].count { $0 == UInt8(ascii: "\n") })
    }
  }
}
