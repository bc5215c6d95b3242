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

  /// The change of one gap into another, without what is the same at their ends.
  private func edit(_ tree: SyntaxTree, _ source: Range<Int>, _ target: Range<Int>) -> Fix.Edit? {
    var old = tree.source[source]
    var new = text[target]
    guard old != new else { return nil }
    while let byte = old.first, byte == new.first {
      old.removeFirst()
      new.removeFirst()
    }
    while let byte = old.last, byte == new.last {
      old.removeLast()
      new.removeLast()
    }
    let place = Place(file: tree.file, range: old.startIndex..<old.endIndex)
    return Fix.Edit(place, String(decoding: new, as: UTF8.self))
  }
}
