import Syntax

/// What stands between a token and the one before it: comments and newlines.
struct TokenGap {
  struct Comment {
    /// Its bytes, without blanks at the end.
    var range: Range<Int>
    /// The newlines before it; none for a comment behind other tokens of a line.
    var newlines: Int

    var endsLine: Bool { newlines == 0 }
  }

  private(set) var comments: [Comment] = []
  /// The newlines between the last comment, or else the token before, and the token.
  private(set) var newlines = 0

  /// Reads the gap before a token, in time linear in the gap.
  init(before token: Int, in tree: SyntaxTree) {
    let source = tree.source
    var position = token > 0 ? Int(tree.tokens.end(token - 1)) : 0
    let end = Int(tree.tokens.start(token))
    if position == 0, token == 0 { newlines = 1 }
    while position < end {
      switch source[position] {
      case UInt8(ascii: "\n"):
        newlines += 1
        position += 1
      // `#` begins a comment elsewhere, and by mistake here.
      case UInt8(ascii: "/"), UInt8(ascii: "#"):
        let start = position
        while position < end, source[position] != UInt8(ascii: "\n") { position += 1 }
        var last = position
        while last > start, [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(source[last - 1]) {
          last -= 1
        }
        comments.append(Comment(range: start..<last, newlines: newlines))
        newlines = 0
      default:
        position += 1
      }
    }
  }
}
