import Glibc

/// The tokens of a text, closed by one `endOfFile`.
///
/// Their kinds stand in an array of their own: whoever looks through a text looks at nothing else.
package struct Tokens: Sendable {
  package private(set) var kinds: [TokenKind]
  private var positions: [Position]

  /// Where a token stands.
  fileprivate struct Position: Sendable {
    var start: UInt32
    var end: UInt32
    /// The number of blanks at the beginning of the token's line; no line is taken to have more than there is room for.
    var indentation: UInt16
    /// The kind that the lexer gave the token.
    var kind: TokenKind
    var flags: UInt8

    /// A newline stands before the token.
    static let newline: UInt8 = 1
    /// More than the token's kind decides what it means.
    static let mark: UInt8 = 2
  }

  /// Tokens while the lexer finds them.
  struct Writer: ~Copyable {
    fileprivate var positions: [Position] = []

    init(estimatedCount: Int) { positions.reserveCapacity(estimatedCount) }

    var count: Int { positions.count }

    /// Adds tokens like some that were added, so many bytes further on.
    mutating func append(again range: Range<Int>, further offset: Int) {
      let offset = UInt32(truncatingIfNeeded: offset)
      for index in range {
        var position = positions[index]
        position.start &+= offset
        position.end &+= offset
        positions.append(position)
      }
    }

    /// Adds the next token.
    ///
    /// - Parameter isMarked: whether its kind does not tell all: it is a word that may be a keyword, say.
    mutating func append(
      _ kind: TokenKind, from start: Int, to end: Int, followsNewline newline: Bool, indentation: Int,
      isMarked: Bool = false
    ) {
      positions.append(
        Position(
          start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
          indentation: UInt16(clamping: indentation), kind: kind,
          flags: (newline ? Position.newline : 0) | (isMarked ? Position.mark : 0)))
    }
  }

  package var count: Int { kinds.count }

  init(_ written: borrowing Writer) {
    positions = written.positions
    kinds = positions.withUnsafeBufferPointer { positions in
      [TokenKind](unsafeUninitializedCapacity: positions.count) { kinds, count in
        for index in positions.indices { kinds.initializeElement(at: index, to: positions[index].kind) }
        count = positions.count
      }
    }
  }

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
  package func followsNewline(_ index: Int) -> Bool { positions[index].flags & Position.newline != 0 }

  /// Whether more than the token's kind decides what it means.
  func mayBeKeyword(_ index: Int) -> Bool { positions[index].flags & Position.mark != 0 }

  /// The tokens of a line, from one on, where their kinds tell all that the parser wants to know of them; `nil` for other
  /// lines.
  func plainLine(from first: Int) -> Range<Int>? {
    positions.withUnsafeBufferPointer { positions in
      guard first < positions.count, positions[first].flags & Position.mark == 0 else { return nil }
      var next = first + 1
      while next < positions.count {
        let flags = positions[next].flags
        if flags & Position.newline != 0 { return first..<next }
        if flags & Position.mark != 0 { return nil }
        next += 1
      }
      return nil
    }
  }

  /// The 64-bit FNV-1a hash of the kinds of some tokens, folded.
  func kindHash(_ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    kinds.withUnsafeBufferPointer { kinds in
      for token in range.clamped(to: kinds.indices) {
        hash = (hash ^ UInt64(kinds[token].rawValue)) &* 0x0000_0100_0000_01b3
      }
    }
    return hash ^ hash >> 32
  }

  /// Whether as many tokens further on are of the same kinds.
  func haveSameKinds(_ range: Range<Int>, as first: Int) -> Bool {
    guard range.lowerBound >= 0, first >= 0, range.upperBound <= kinds.count, first + range.count <= kinds.count else {
      return false
    }
    return kinds.withUnsafeBytes { kinds in
      guard let base = kinds.baseAddress else { return range.isEmpty }
      return memcmp(base + range.lowerBound, base + first, range.count) == 0
    }
  }

  /// The number of blanks at the beginning of the token's line.
  package func indentation(_ index: Int) -> UInt32 { UInt32(positions[index].indentation) }

  package func range(_ index: Int) -> Range<Int> {
    Int(positions[index].start)..<Int(positions[index].end)
  }
}
