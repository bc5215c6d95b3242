package import Syntax

/// A text in Mica's one layout, and the changes that lead to it.
///
/// grammar/layout.md describes the layout. Tokens and comments stay as they are and in their order; only the gaps between
/// them change, and the commas before closing brackets.
package struct FormattedText: Sendable {
  /// The text in its layout.
  package let text: [UInt8]
  /// The changes of the source, in order and apart; each lies between two tokens and may be made without the others.
  package let edits: [Fix.Edit]
  /// The statements that contain a mistake, whose bytes stay as they are.
  package let untouched: [Place]

  package var isChanged: Bool { !edits.isEmpty }

  /// The changes that touch a byte range of the source: what formats a selection or the line just typed.
  package func edits(in range: Range<Int>) -> [Fix.Edit] {
    edits.filter { $0.place.range.lowerBound <= range.upperBound && range.lowerBound <= $0.place.range.upperBound }
  }

  /// Lays a text out, in linear time.
  package init(of tree: SyntaxTree) {
    if tree.isNoText {
      self.init(untouched: tree)
    } else {
      let layout = SourceFormatter.layout(of: tree)
      self.init(text: layout.text, edits: layout.edits(of: tree), untouched: layout.untouched)
    }
  }

  private init(text: [UInt8], edits: [Fix.Edit], untouched: [Place]) {
    self.text = text
    self.edits = edits
    self.untouched = untouched
  }

  /// The text as it is.
  fileprivate init(untouched tree: SyntaxTree) {
    self.init(text: tree.source, edits: [], untouched: [tree.root.place])
  }

  /// Whether the text reads as the tokens of a tree in the same structure, but for commas before closing brackets.
  fileprivate func preservesTokens(of tree: SyntaxTree) -> Bool {
    let other = SyntaxTree.parse(text)
    guard tree.lastingTokens.elementsEqual(other.lastingTokens, by: ==) else { return false }
    // The structure of a text with mistakes may change with its layout.
    guard tree.diagnostics.isEmpty else { return true }
    return other.diagnostics.isEmpty && tree.structure == other.structure
  }
}

extension SyntaxTree {
  /// The text in Mica's layout, in time linear in its length.
  ///
  /// A text whose layout would not read as the same tokens stays as it is, so that nothing is ever lost.
  package func formatted() -> FormattedText {
    let formatted = FormattedText(of: self)
    return formatted.preservesTokens(of: self) ? formatted : FormattedText(untouched: self)
  }

  /// Whether the bytes are no text at all, which makes them a single token.
  fileprivate var isNoText: Bool { tokens.count == 2 && tokens.kinds[0] == .invalid }

  /// The tokens that a layout keeps.
  fileprivate var lastingTokens: [ArraySlice<UInt8>] {
    (0..<tokens.count).filter { !(tokens.kinds[$0] == .comma && tokens.kinds[$0 + 1].closesBracket) }
      .map { source[tokens.range($0)] }
  }

  /// The kinds of the nodes with the number of their children.
  fileprivate var structure: [[Int]] {
    var structure: [[Int]] = []
    var pending = [root]
    while let node = pending.popLast() {
      let children = Array(node.children)
      structure.append([Int(node.kind.rawValue), children.count])
      pending += children
    }
    return structure
  }
}
