import Syntax

// What goes with something that is taken out of a text.

extension Syntax {
  /// The lines of a statement and of its doc comment, where nothing else stands on them; else the statement alone.
  var wholeLines: Place {
    let source = tree.source
    func isBlank(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > 0, isBlank(source[start - 1]) { start -= 1 }
    while end < source.count, isBlank(source[end]) { end += 1 }
    let newline = UInt8(ascii: "\n")
    guard start == 0 || source[start - 1] == newline, end == source.count || source[end] == newline else {
      return place
    }
    while start > 0 {
      let line = source[..<(start - 1)].lastIndex(of: newline).map { $0 + 1 } ?? 0
      guard source[line..<start].drop(while: isBlank).starts(with: "///".utf8) else { break }
      start = line
    }
    return Place(file: tree.file, range: start..<min(end + 1, source.count))
  }

  /// Takes an item out of a list, with the comma that it no longer needs.
  var removalFromList: Fix.Edit {
    let (kinds, source) = (tree.tokens.kinds, tree.source)
    let before = tokens.lowerBound > 0 ? Int(tree.tokens.end(tokens.lowerBound - 1)) : 0
    var range = range
    if kinds[tokens.upperBound] == .comma {
      let next = Int(tree.tokens.start(tokens.upperBound + 1))
      let comma = Int(tree.tokens.end(tokens.upperBound))
      let newline = UInt8(ascii: "\n")
      if !source[comma..<next].contains(newline) {
        range = range.lowerBound..<next
      } else if source[before..<range.lowerBound].allSatisfy({ $0 == newline || $0 == UInt8(ascii: " ") }) {
        range = before..<comma
      } else {
        range = range.lowerBound..<comma
      }
    } else if tokens.lowerBound > 0, kinds[tokens.lowerBound - 1] == .comma {
      range = Int(tree.tokens.start(tokens.lowerBound - 1))..<range.upperBound
    }
    return Fix.Edit(Place(file: tree.file, range: range), "")
  }
}
