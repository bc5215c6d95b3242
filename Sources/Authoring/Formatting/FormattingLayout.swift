import Syntax

/// A text that was laid out, and where its tokens stand in it.
struct FormattingLayout {
  var text: [UInt8]
  /// For each token of the source; `nil` for commas that were left out.
  var places: [Range<Int>?]
  var untouched: [Place]

  /// The changes of a tree's text: for each gap that differs one, without what stays at its ends.
  func edits(of tree: SyntaxTree) -> [Fix.Edit] {
    var edits: [Fix.Edit] = []
    var (sourceEnd, textEnd) = (0, 0)
    func add(_ source: Range<Int>, _ text: Range<Int>) {
      if let edit = edit(tree, source, text) { edits.append(edit) }
    }
    for (token, place) in places.enumerated() {
      guard let place, token < tree.tokens.count - 1 else { continue }
      let range = tree.tokens.range(token)
      add(sourceEnd..<range.lowerBound, textEnd..<place.lowerBound)
      (sourceEnd, textEnd) = (range.upperBound, place.upperBound)
    }
    add(sourceEnd..<tree.source.count, textEnd..<text.count)
    return edits
  }

  private func edit(_ tree: SyntaxTree, _ source: Range<Int>, _ target: Range<Int>) -> Fix.Edit? {
    var old = tree.source[source]
    var new = text[target]
    guard old != new else { return nil }
    while let byte = old.first, byte == new.first, byte < 0x80 {
      old.removeFirst()
      new.removeFirst()
    }
    while let byte = old.last, byte == new.last, byte < 0x80 {
      old.removeLast()
      new.removeLast()
    }
    let place = Place(file: tree.file, range: old.startIndex..<old.endIndex)
    return Fix.Edit(place, String(decoding: new, as: UTF8.self))
  }
}
