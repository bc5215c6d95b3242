/// The tokens of a text in parallel arrays, closed by one `endOfFile`.
package struct Tokens: Sendable {
  package private(set) var kinds: [TokenKind] = []
  package private(set) var starts: [UInt32] = []
  package private(set) var ends: [UInt32] = []
  /// Whether a newline stands in the gap before the token.
  package private(set) var followsNewline: [Bool] = []
  /// The number of blanks at the beginning of the token's line.
  package private(set) var indentations: [UInt32] = []

  package var count: Int { kinds.count }

  init(estimatedCount: Int) {
    kinds.reserveCapacity(estimatedCount)
    starts.reserveCapacity(estimatedCount)
    ends.reserveCapacity(estimatedCount)
    followsNewline.reserveCapacity(estimatedCount)
    indentations.reserveCapacity(estimatedCount)
  }

  mutating func append(
    _ kind: TokenKind, from start: Int, to end: Int, followsNewline newline: Bool, indentation: Int
  ) {
    kinds.append(kind)
    starts.append(UInt32(truncatingIfNeeded: start))
    ends.append(UInt32(truncatingIfNeeded: end))
    followsNewline.append(newline)
    indentations.append(UInt32(truncatingIfNeeded: indentation))
  }

  /// Takes a token for one of another kind: the word `and` for `&&`.
  mutating func retake(_ index: Int, as kind: TokenKind) {
    kinds[index] = kind
  }

  /// Replaces tokens by the first `count` of others; the text behind them has moved by `growth` bytes.
  mutating func replace(_ range: Range<Int>, with others: Tokens, count: Int, growth: Int) {
    kinds.replaceSubrange(range, with: others.kinds[..<count])
    starts.replaceSubrange(range, with: others.starts[..<count])
    ends.replaceSubrange(range, with: others.ends[..<count])
    followsNewline.replaceSubrange(range, with: others.followsNewline[..<count])
    indentations.replaceSubrange(range, with: others.indentations[..<count])
    let growth = UInt32(truncatingIfNeeded: growth)
    for index in (range.lowerBound + count)..<starts.count { starts[index] &+= growth }
    for index in (range.lowerBound + count)..<ends.count { ends[index] &+= growth }
  }

  package func range(_ index: Int) -> Range<Int> {
    Int(starts[index])..<Int(ends[index])
  }
}
