import Syntax

/// A text that was laid out, and where the parts of the source stand in it.
struct FormattingLayout {
  /// Bytes that are the same in the source and in the text.
  struct Kept {
    var source: Range<Int>
    var text: Range<Int>
  }

  var text: [UInt8]
  /// Tokens and comments, in the order of both texts; what is between them is blank but for commas.
  var kept: [Kept]
  var untouched: [Place]

  /// The changes of a tree's text: one where the blanks between two kept parts differ.
  func edits(of tree: SyntaxTree) -> [Fix.Edit] {
    var edits: [Fix.Edit] = []
    var end = Kept(source: 0..<0, text: 0..<0)
    let last = Kept(source: tree.source.count..<tree.source.count, text: text.count..<text.count)
    for next in kept + [last] {
      let source = end.source.upperBound..<next.source.lowerBound
      if let edit = edit(tree, source, end.text.upperBound..<next.text.lowerBound) { edits.append(edit) }
      end = next
    }
    return edits
  }

  /// The change of one gap into another, without what is the same at their ends; `\r\n` is never parted.
  private func edit(_ tree: SyntaxTree, _ source: Range<Int>, _ target: Range<Int>) -> Fix.Edit? {
    var old = tree.source[source]
    var new = text[target]
    guard old != new else { return nil }
    let same = zip(old, new).prefix { $0 == $1 }.count
    let isParted =
      same > 0 && old.prefix(same).last == Self.carriageReturn
      && [old, new].contains { $0.dropFirst(same).first == Self.newline }
    old.removeFirst(isParted ? same - 1 : same)
    new.removeFirst(isParted ? same - 1 : same)
    let sameAtEnd = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
    let isPartedAtEnd =
      old.suffix(sameAtEnd).first == Self.newline
      && [old, new].contains { $0.dropLast(sameAtEnd).last == Self.carriageReturn }
    old.removeLast(isPartedAtEnd ? sameAtEnd - 1 : sameAtEnd)
    new.removeLast(isPartedAtEnd ? sameAtEnd - 1 : sameAtEnd)
    let place = Place(file: tree.file, range: old.startIndex..<old.endIndex)
    return Fix.Edit(place, String(decoding: new, as: UTF8.self))
  }

  private static let carriageReturn = UInt8(ascii: "\r")
  private static let newline = UInt8(ascii: "\n")
}
