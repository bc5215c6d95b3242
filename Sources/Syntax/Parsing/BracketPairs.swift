/// Which bracket closes which, over a whole text.
///
/// A brace, or the end of an interpolated name, leaves the parentheses and square brackets inside it unclosed; a closing
/// bracket without an opening one pairs with nothing. Found in one pass, linear in the number of tokens.
struct BracketPairs {
  /// For each token the token that it pairs with; -1 where there is none.
  private var partners: [Int32]

  /// The brackets that are open at a point inside one brace or interpolation.
  private struct Level {
    var isName: Bool
    var openedBy: Int
    var parentheses: [Int] = []
    var brackets: [Int] = []
  }

  init(_ tokens: Tokens) {
    partners = Array(repeating: -1, count: tokens.count)
    var levels = [Level(isName: false, openedBy: -1)]
    var openBraces = 0
    var openNames = 0
    for (token, kind) in tokens.kinds.enumerated() {
      let top = levels.count - 1
      switch kind {
      case .leftParenthesis: levels[top].parentheses.append(token)
      case .leftBracket: levels[top].brackets.append(token)
      case .rightParenthesis:
        guard let partner = levels[top].parentheses.popLast() else { break }
        pair(partner, token)
        levels[top].brackets.removeLast(while: { $0 > partner })
      case .rightBracket:
        guard let partner = levels[top].brackets.popLast() else { break }
        pair(partner, token)
        levels[top].parentheses.removeLast(while: { $0 > partner })
      case .leftBrace:
        levels.append(Level(isName: false, openedBy: token))
        openBraces += 1
      case .quotedNameHead:
        levels.append(Level(isName: true, openedBy: token))
        openNames += 1
      case .rightBrace where openBraces > 0, .quotedNameTail where openNames > 0:
        while let level = levels.popLast() {
          if level.isName { openNames -= 1 } else { openBraces -= 1 }
          if level.isName == (kind == .quotedNameTail) {
            pair(level.openedBy, token)
            break
          }
        }
      default: break
      }
    }
  }

  private mutating func pair(_ opening: Int, _ closing: Int) {
    partners[opening] = Int32(truncatingIfNeeded: closing)
    partners[closing] = Int32(truncatingIfNeeded: opening)
  }

  /// The token that closes the bracket which the token opens; `nil` where nothing does, or where it opens none.
  func closing(of token: Int) -> Int? {
    let partner = Int(partners[token])
    return partner > token ? partner : nil
  }
}

extension Array {
  fileprivate mutating func removeLast(while condition: (Element) -> Bool) {
    while let last, condition(last) { removeLast() }
  }
}
