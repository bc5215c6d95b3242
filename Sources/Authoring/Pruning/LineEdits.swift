package import Syntax

/// Edits of whole lines between two texts.
package enum LineEdits {
  /// The least edits by lines that lead from the text of a tree to another, each of lines that stand together.
  package static func edits(from tree: SyntaxTree, to text: [UInt8]) -> [Fix.Edit] {
    let (old, new) = (lines(tree.source), lines(text))
    // The matching is quadratic in what is not the same at both ends.
    var start = 0
    while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - start, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    var offsets = [0]
    for line in old { offsets.append(offsets[offsets.count - 1] + line.count) }
    func edit(_ range: Range<Int>, _ lines: ArraySlice<ArraySlice<UInt8>>) -> Fix.Edit {
      Fix.Edit(
        Place(file: tree.file, range: offsets[range.lowerBound]..<offsets[range.upperBound]),
        String(decoding: lines.joined(), as: UTF8.self))
    }
    let (oldMiddle, newMiddle) = (Array(old[start..<old.count - tail]), Array(new[start..<new.count - tail]))
    guard oldMiddle.count * newMiddle.count <= 4_000_000 else {
      return [edit(start..<old.count - tail, newMiddle[...])]
    }
    var edits: [Fix.Edit] = []
    var (place, other) = (0, 0)
    let difference = newMiddle.difference(from: oldMiddle)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    while place < oldMiddle.count || other < newMiddle.count {
      let (from, newFrom) = (place, other)
      while removed.contains(place) { place += 1 }
      while inserted.contains(other) { other += 1 }
      if place > from || other > newFrom {
        // Lines that take each other's places are told one by one; what is new goes with the first of them.
        let paired = other - newFrom >= place - from ? max(place - from, 1) : 1
        var end = paired == 1 ? place : from + 1
        edits.append(edit(start + from..<start + end, newMiddle[newFrom..<other - paired + 1]))
        for line in (other - paired + 1..<other).prefix(paired - 1) {
          edits.append(edit(start + end..<start + end + 1, newMiddle[line...line]))
          end += 1
        }
      } else {
        place += 1
        other += 1
      }
    }
    return edits
  }

  /// The lines of a text, each with its end.
  private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
      lines.append(text[start..<end])
      start = end
    }
    return lines
  }
}
