import Syntax

/// Where a file does not follow the grammar.
///
/// What elaboration would say there follows from what the parser has said already.
struct BrokenText: Sendable {
  /// The places of the syntax errors with the blanks around them, by where they begin.
  private let ranges: [Range<Int>]
  /// The furthest end of each range and those before it.
  private let ends: [Int]
  /// The words in strings and quoted names that do not end: an edit may have taken statements into them.
  private let swallowed: Set<[UInt8]>

  init(_ tree: SyntaxTree) {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    func isNamePart(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), 0x80...:
        true
      default: false
      }
    }
    ranges = tree.diagnostics.filter { $0.severity == .error }.map { diagnostic in
      var (start, end) = (diagnostic.place.range.lowerBound, diagnostic.place.range.upperBound)
      while start > 0, isBlank(tree.source[start - 1]) { start -= 1 }
      while end < tree.source.count, isBlank(tree.source[end]) { end += 1 }
      return start..<end
    }.sorted { $0.lowerBound < $1.lowerBound }
    var ends: [Int] = []
    for range in ranges { ends.append(max(range.upperBound, ends.last ?? 0)) }
    self.ends = ends
    let unterminated = tree.diagnostics.filter { ["unterminated-string", "unterminated-name"].contains($0.identifier) }
    swallowed = Set(
      unterminated.flatMap { diagnostic in
        tree.source[diagnostic.place.range].split { !isNamePart($0) }.map(Array.init)
      })
  }

  var isEmpty: Bool { ranges.isEmpty }

  /// Whether a name stands in a string that does not end, and may be bound there.
  func swallows(_ name: String) -> Bool { !swallowed.isEmpty && swallowed.contains(Array(name.utf8)) }

  /// Whether a syntax error lies in the range or right beside it.
  ///
  /// Logarithmic in the number of errors.
  func touches(_ range: Range<Int>) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].lowerBound <= range.upperBound { low = middle + 1 } else { high = middle }
    }
    return low > 0 && ends[low - 1] >= range.lowerBound
  }
}
