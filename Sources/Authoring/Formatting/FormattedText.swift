package import Syntax

/// A text in Mica's one layout, and the changes that lead to it.
///
/// grammar/layout.md describes the layout. Tokens and comments stay as they are and in their order; only the gaps between
/// them change, and the commas before closing brackets.
package struct FormattedText: Sendable {
  /// The text in its layout.
  package let text: [UInt8]
  /// The changes of the source, in order and apart; each lies in a gap between two tokens and may be made alone.
  package let edits: [Fix.Edit]
  /// The statements that contain a mistake, whose bytes stay as they are.
  package let untouched: [Place]

  package var isChanged: Bool { !edits.isEmpty }

  /// The changes that touch a byte range of the source: what formats a selection or the line just typed.
  package func edits(in range: Range<Int>) -> [Fix.Edit] {
    edits.filter { $0.place.range.lowerBound <= range.upperBound && range.lowerBound <= $0.place.range.upperBound }
  }
}

extension SyntaxTree {
  /// The text in Mica's layout, in time linear in its length.
  ///
  /// A text whose layout would not read as the same tokens stays as it is.
  package func formatted() -> FormattedText {
    let layout = SourceFormatter.layout(of: self)
    guard layout.preservesTokens(of: self) else {
      return FormattedText(text: source, edits: [], untouched: [root.place])
    }
    return FormattedText(text: layout.text, edits: layout.edits(of: self), untouched: layout.untouched)
  }
}
