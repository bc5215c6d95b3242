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

  /// The lines of an edited text are those of the text read anew: for every edit of every short text.
  @Test func edited() {
    let bytes = [UInt8(ascii: "a"), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    func texts(_ count: Int) -> [[UInt8]] {
      count == 0 ? [[]] : texts(count - 1).flatMap { text in bytes.map { text + [$0] } }
    }
    let pieces = (0...2).flatMap(texts)
    var wrong: [String] = []
    for source in (0...5).flatMap(texts) {
      let positions = TextPositions(source, .utf16)
      for start in 0...source.count {
        for end in start...source.count {
          for piece in pieces {
            var new = source
            new.replaceSubrange(start..<end, with: piece)
            let edited = positions.replacing(start..<end, with: piece.count, in: new)
            let whole = TextPositions(new, .utf16)
            let isSame =
              edited.lineCount == whole.lineCount
              && (0..<whole.lineCount).allSatisfy { edited.content(ofLine: $0) == whole.content(ofLine: $0) }
            if !isSame { wrong.append("\(start)..<\(end) of \(source) by \(piece)") }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) edits, the first \(wrong.first ?? "")")
  }
}
