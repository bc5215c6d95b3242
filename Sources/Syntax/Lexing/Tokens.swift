/// The tokens of a text, closed by one `endOfFile`.
///
/// Their kinds stand in an array of their own: whoever looks through a text looks at nothing else.
package struct Tokens: Sendable {
  package private(set) var kinds: [TokenKind] = []
  private var positions: [Position] = []

  /// Where a token stands.
  private struct Position: Sendable {
    var start: UInt32
    var end: UInt32
    /// The indentation of the line above two bits: whether a newline stands before the token, and whether more than its
    /// kind decides what it means.
    var layout: UInt32

    init(from start: Int, to end: Int, followsNewline newline: Bool, indentation: Int) {
      self.start = UInt32(truncatingIfNeeded: start)
      self.end = UInt32(truncatingIfNeeded: end)
      layout = UInt32(truncatingIfNeeded: indentation) << 2 | (newline ? 1 : 0)
    }
  }

  package var count: Int { kinds.count }

  init(estimatedCount: Int) {
    kinds.reserveCapacity(estimatedCount)
    positions.reserveCapacity(estimatedCount)
  }

  mutating func append(
    _ kind: TokenKind, from start: Int, to end: Int, followsNewline newline: Bool, indentation: Int
  ) {
    kinds.append(kind)
    positions.append(Position(from: start, to: end, followsNewline: newline, indentation: indentation))
  }

  /// Notes of the token appended last that its kind does not tell all: it is a word that may be a keyword, say.
  mutating func markLast() { positions[positions.count - 1].layout |= 2 }

  /// Takes a token for one of another kind: the word `and` for `&&`.
  mutating func retake(_ index: Int, as kind: TokenKind) {
    kinds[index] = kind
  }

  /// Replaces tokens by the first `count` of others; the text behind them has moved by `growth` bytes.
  mutating func replace(_ range: Range<Int>, with others: Tokens, count: Int, growth: Int) {
    kinds.replaceSubrange(range, with: others.kinds[..<count])
    positions.replaceSubrange(range, with: others.positions[..<count])
    let growth = UInt32(truncatingIfNeeded: growth)
    for index in (range.lowerBound + count)..<positions.count {
      positions[index].start &+= growth
      positions[index].end &+= growth
    }
  }

  package func start(_ index: Int) -> UInt32 { positions[index].start }

  package func end(_ index: Int) -> UInt32 { positions[index].end }

  /// Whether a newline stands in the gap before the token.
  package func followsNewline(_ index: Int) -> Bool { positions[index].layout & 1 != 0 }

  /// Whether more than the token's kind decides what it means.
  func mayBeKeyword(_ index: Int) -> Bool { positions[index].layout & 2 != 0 }

  /// The tokens of a line, from one on, where their kinds tell all that the parser wants to know of them; `nil` for other
  /// lines.
  func plainLine(from first: Int) -> Range<Int>? {
    guard positions[first].layout & 2 == 0 else { return nil }
    var next = first + 1
    while next < positions.count {
      let layout = positions[next].layout
      if layout & 1 != 0 { return first..<next }
      if layout & 2 != 0 { return nil }
      next += 1
    }
    return nil
  }

  /// The number of blanks at the beginning of the token's line.
  package func indentation(_ index: Int) -> UInt32 { positions[index].layout >> 2 }

  package func range(_ index: Int) -> Range<Int> {
    Int(positions[index].start)..<Int(positions[index].end)
  }
}
