import LanguageServer
import Testing

/// Positions of the protocol, in each of its encodings.
@Suite struct TextPositionsTests {
  private static let text = "é = 1\r\n😀😀b\n\rlast"

  @Test(arguments: [
    (PositionEncoding.utf8, [2, 4, 8, 9]),
    (.utf16, [1, 2, 4, 5]),
    (.utf32, [1, 1, 2, 3]),
  ])
  func columnsCountTheUnitsOfTheEncoding(encoding: PositionEncoding, columns: [Int]) {
    let positions = TextPositions(Array(Self.text.utf8), encoding)
    let behindAccent = positions.position(of: 2)
    #expect(behindAccent == Position(line: 0, character: columns[0]))
    // The second line begins at byte 8; each face has four bytes.
    #expect([12, 16, 17].map { positions.position(of: $0).character } == Array(columns[1...]))
    #expect(positions.position(of: 17).line == 1)
  }

  @Test(arguments: [PositionEncoding.utf8, .utf16, .utf32])
  func everyScalarsOffsetSurvivesTheWayThereAndBack(encoding: PositionEncoding) {
    let source = Array(Self.text.utf8)
    let positions = TextPositions(source, encoding)
    for offset in 0...source.count where offset == source.count || source[offset] & 0xC0 != 0x80 {
      // Between `\r` and `\n` is no position.
      guard offset != 7 else { continue }
      #expect(positions.offset(of: positions.position(of: offset)) == offset)
    }
  }

  @Test func linesEndInEachOfThreeWays() {
    let positions = TextPositions(Array("a\nb\r\nc\rd".utf8), .utf16)
    #expect(positions.lineCount == 4)
    #expect((0..<4).map { positions.content(ofLine: $0) } == [0..<1, 2..<3, 5..<6, 7..<8])
  }

  @Test func positionsBeyondTheTextAreItsNearestPlace() {
    let positions = TextPositions(Array("ab\n😀c\n".utf8), .utf16)
    #expect(positions.offset(of: Position(line: 0, character: 99)) == 2)
    #expect(positions.offset(of: Position(line: 99, character: 0)) == 9)
    // Inside a surrogate pair.
    #expect(positions.offset(of: Position(line: 1, character: 1)) == 3)
  }

  /// The lines of an edited text are those of the text read anew.
  @Test func edited() {
    var generator = SystemRandomNumberGenerator()
    let pieces = ["", "\n", "\r", "\r\n", "a", "\n\n\r", "b\nc", "😀"].map { Array($0.utf8) }
    var source = Array("a\r\nb\n".utf8)
    var positions = TextPositions(source, .utf16)
    for edit in 0..<2_000 {
      let start = Int.random(in: 0...source.count, using: &generator)
      let range = start..<min(source.count, start + Int.random(in: 0...3, using: &generator))
      let piece = source.count > 60 ? [] : pieces.randomElement(using: &generator) ?? []
      let before = source
      source.replaceSubrange(range, with: piece)
      positions = positions.replacing(range, with: piece.count, in: source)
      let whole = TextPositions(source, .utf16)
      let lines = (0..<whole.lineCount).map { whole.content(ofLine: $0) }
      #expect(
        (0..<positions.lineCount).map { positions.content(ofLine: $0) } == lines,
        "edit \(edit): \(range) of \(before) by \(piece)")
      guard positions.lineCount == whole.lineCount else { return }
    }
  }
}
