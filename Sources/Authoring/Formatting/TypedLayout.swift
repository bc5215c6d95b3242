package import Syntax

extension SyntaxTree {
  /// The changes that lay out what a brace closes, where the cursor stands behind it.
  package func edits(behindBrace offset: Int) -> [Fix.Edit] {
    guard offset > 0, offset <= source.count, source[offset - 1] == UInt8(ascii: "}") else { return [] }
    guard let closed = nodes(at: offset - 1).first(where: { $0.range.upperBound == offset }) else { return [] }
    let range = closed.range
    return formatted().edits.filter {
      range.lowerBound <= $0.place.range.lowerBound && $0.place.range.upperBound <= range.upperBound
    }
  }

  /// The changes that lay out the line that a newline has ended, and the blanks that the cursor's line begins with.
  package func edits(behindNewline offset: Int) -> [Fix.Edit] {
    let newline = UInt8(ascii: "\n")
    guard offset <= source.count, let end = source[..<offset].lastIndex(of: newline) else { return [] }
    let start = source[..<end].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let above = formatted().edits.filter { start <= $0.place.range.lowerBound && $0.place.range.upperBound <= end }
    return above + indentation(ofLineAt: end + 1)
  }

  /// Four blanks for each brace around a line that has nothing but blanks.
  private func indentation(ofLineAt start: Int) -> [Fix.Edit] {
    let rest = source[start...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard rest.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) else { return [] }
    var depth = 0
    for token in 0..<tokens.count where Int(tokens.start(token)) < start {
      switch tokens.kinds[token] {
      case .leftBrace: depth += 1
      case .rightBrace: depth = max(0, depth - 1)
      default: break
      }
    }
    let wanted = String(repeating: " ", count: 4 * depth)
    guard !rest.elementsEqual(wanted.utf8) else { return [] }
    return [Fix.Edit(Place(file: file, range: rest.startIndex..<rest.endIndex), wanted)]
  }
}
