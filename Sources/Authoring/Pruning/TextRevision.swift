/// Changes of a text, by ranges of its bytes.
struct TextRevision {
  private var replaced: [Range<Int>: String] = [:]
  private var inserted: [Int: String] = [:]

  /// Puts a text in the place of a range; what was to change inside of it is forgotten.
  mutating func replace(_ range: Range<Int>, by text: String) {
    if replaced.keys.contains(where: {
      $0 != range && $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
    }) {
      return
    }
    for inner in replaced.keys where range.lowerBound <= inner.lowerBound && inner.upperBound <= range.upperBound {
      replaced[inner] = nil
    }
    replaced[range] = text
  }

  /// Puts a text before a byte, behind what was put there before.
  mutating func insert(_ text: String, at offset: Int) { inserted[offset, default: ""] += text }

  func applied(to source: [UInt8]) -> [UInt8] { source.replacing(changes) }

  /// Where what began at each of these offsets begins by now, and the offset; what has been replaced is left out.
  func moved(_ offsets: some Sequence<Int>) -> [Int: Int] {
    let changes = changes
    var moved: [Int: Int] = [:]
    for offset in Set(offsets) {
      if replaced.keys.contains(where: { $0.lowerBound < offset && offset < $0.upperBound }) { continue }
      let shift = changes.filter { $0.range.upperBound <= offset && $0.range.lowerBound < offset }
        .reduce(0) { $0 + $1.text.utf8.count - $1.range.count }
      moved[offset + shift + (inserted[offset]?.utf8.count ?? 0)] = offset
    }
    return moved
  }

  private var changes: [(range: Range<Int>, text: String)] {
    var changes = replaced.map { (range: $0.key, text: $0.value) }
    for (offset, text) in inserted {
      if let place = changes.firstIndex(where: { $0.range.lowerBound == offset }) {
        changes[place].text = text + changes[place].text
      } else {
        changes.append((offset..<offset, text))
      }
    }
    return changes
  }
}
