/// A pattern of names in which `*` stands for any run of characters.
package struct NamePattern: Hashable, Sendable {
  private let pieces: [[UInt8]]

  package init(_ text: String) {
    pieces = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
  }

  /// Whether the whole of `name` is like the pattern.
  ///
  /// - Complexity: O(`name` · pattern)
  package func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    guard let first = pieces.first, let last = pieces.last, name.starts(with: first) else { return false }
    if pieces.count == 1 { return name == first }
    var place = first.count
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard name.count - place >= piece.count,
        let found = (place...name.count - piece.count).first(where: { name[$0..<$0 + piece.count].elementsEqual(piece) }
        )
      else { return false }
      place = found + piece.count
    }
    return name.count - place >= last.count && name.suffix(last.count).elementsEqual(last)
  }
}
