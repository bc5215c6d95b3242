/// Which bracket closes which, over a whole text.
///
/// A brace, or the end of an interpolated name, leaves the parentheses and square brackets inside it unclosed; a closing
/// bracket without an opening one pairs with nothing. In a text where brackets are missing, the layout says where: a
/// brace at the start of a line closes none that was opened on a line further in, and a bracket closes none of a line
/// further out where others are open in between. Linear in the number of tokens.
struct BracketPairs {
  /// For each token the token that it pairs with; -1 where there is none.
  private var partners: [Int32]
  /// The indentation of what each brace belongs to, in a text where brackets are missing.
  private var heads: [Int: UInt32] = [:]
  /// Whether every bracket has a partner.
  let isBalanced: Bool

  init(_ tokens: Tokens) {
    if let partners = Self.balanced(tokens) {
      self.partners = partners
      isBalanced = true
    } else {
      var pairing = LayoutPairing(count: tokens.count)
      pairing.pair(tokens)
      (partners, heads) = (pairing.partners, pairing.heads)
      isBalanced = false
    }
  }

  /// The partners in a text where all brackets are closed, each inside the one around it; `nil` for other texts.
  private static func balanced(_ tokens: Tokens) -> [Int32]? {
    var partners = [Int32](repeating: -1, count: tokens.count)
    var open: [Int] = []
    for (token, kind) in tokens.kinds.enumerated() {
      let opening: TokenKind
      switch kind {
      case .leftParenthesis, .leftBracket, .leftBrace, .quotedNameHead:
        open.append(token)
        continue
      case .rightParenthesis: opening = .leftParenthesis
      case .rightBracket: opening = .leftBracket
      case .rightBrace: opening = .leftBrace
      case .quotedNameTail: opening = .quotedNameHead
      default: continue
      }
      guard let last = open.popLast(), tokens.kinds[last] == opening else { return nil }
      partners[last] = Int32(truncatingIfNeeded: token)
      partners[token] = Int32(truncatingIfNeeded: last)
    }
    return open.isEmpty ? partners : nil
  }

  /// The token that closes the bracket which the token opens; `nil` where nothing does, or where it opens none.
  func closing(of token: Int) -> Int? {
    let partner = Int(partners[token])
    return partner > token ? partner : nil
  }

  /// The token that opens the bracket which the token closes; `nil` where nothing does, or where it closes none.
  func opening(of token: Int) -> Int? {
    let partner = Int(partners[token])
    return partner >= 0 && partner < token ? partner : nil
  }

  /// The indentation of the statement or declaration that a brace belongs to, in a text where brackets are missing.
  func headIndentation(of brace: Int) -> UInt32 { heads[brace, default: 0] }
}

/// Pairs the brackets of a text where some are missing.
private struct LayoutPairing {
  private(set) var partners: [Int32]
  private(set) var heads: [Int: UInt32] = [:]
  /// The open braces and interpolations, below them the text as a whole.
  private var levels = [Level(openedBy: nil)]
  private var openBraces = 0
  private var openNames = 0

  /// What is open inside one brace or interpolation.
  private struct Level {
    /// The token that opens the level, and whether it is an interpolated name.
    var openedBy: Int?
    var isName = false
    var parentheses: [Int] = []
    var brackets: [Int] = []

    /// Forgets the brackets of a kind that were opened after a token.
    mutating func drop(after token: Int, square: Bool) {
      while let last = square ? brackets.last : parentheses.last, last > token {
        if square { brackets.removeLast() } else { parentheses.removeLast() }
      }
    }
  }

  init(count: Int) {
    partners = Array(repeating: -1, count: count)
  }

  mutating func pair(_ tokens: Tokens) {
    var lines = LineStack()
    for (token, kind) in tokens.kinds.enumerated() {
      if token == 0 || tokens.followsNewline(token) {
        lines.begin(tokens.indentation(token), after: token == 0 ? nil : tokens.kinds[token - 1])
      }
      if kind == .leftBrace { heads[token] = lines.head }
      switch kind {
      case .leftParenthesis: levels[levels.count - 1].parentheses.append(token)
      case .leftBracket: levels[levels.count - 1].brackets.append(token)
      case .rightParenthesis: close(token, isSquare: false, layout: tokens)
      case .rightBracket: close(token, isSquare: true, layout: tokens)
      case .leftBrace: open(token, isName: false)
      case .quotedNameHead: open(token, isName: true)
      case .rightBrace:
        if tokens.followsNewline(token) {
          while let opening = levels.last?.openedBy,
            heads[opening, default: 0] > tokens.indentation(token)
          {
            leave()
          }
          // The end of a graph literal whose `{` is missing, inside a call that is open still.
          if let level = levels.last, let opening = level.openedBy, !level.isName, !level.parentheses.isEmpty,
            tokens.indentation(token) > heads[opening, default: 0]
          {
            continue
          }
        } else if let level = levels.last, let opening = level.openedBy, !level.isName,
          !level.parentheses.isEmpty || !level.brackets.isEmpty, tokens.standsFurtherIn(token, than: opening)
        {
          // The end of a map whose `{` is missing, say.
          continue
        }
        closeLevel(token, isName: false)
      case .quotedNameTail: closeLevel(token, isName: true)
      default: break
      }
    }
  }

  private mutating func open(_ token: Int, isName: Bool) {
    levels.append(Level(openedBy: token, isName: isName))
    if isName { openNames += 1 } else { openBraces += 1 }
  }

  /// Leaves the innermost level, which nothing closes.
  private mutating func leave() {
    guard let level = levels.popLast() else { return }
    if level.isName { openNames -= 1 } else { openBraces -= 1 }
  }

  private mutating func closeLevel(_ token: Int, isName: Bool) {
    guard isName ? openNames > 0 : openBraces > 0 else { return }
    while let level = levels.last, level.isName != isName { leave() }
    guard let level = levels.popLast(), let opening = level.openedBy else { return }
    if isName { openNames -= 1 } else { openBraces -= 1 }
    join(opening, token)
  }

  /// Closes a parenthesis or a square bracket; those of the other kind that were opened since stay unclosed.
  private mutating func close(_ token: Int, isSquare: Bool, layout: Tokens) {
    let top = levels.count - 1
    let (own, others) =
      isSquare ? (levels[top].brackets, levels[top].parentheses) : (levels[top].parentheses, levels[top].brackets)
    guard let opening = own.last else { return }
    if let other = others.last, other > opening, layout.indentation(token) > layout.indentation(opening) { return }
    if isSquare { levels[top].brackets.removeLast() } else { levels[top].parentheses.removeLast() }
    join(opening, token)
    levels[top].drop(after: opening, square: !isSquare)
  }

  private mutating func join(_ opening: Int, _ closing: Int) {
    partners[opening] = Int32(truncatingIfNeeded: closing)
    partners[closing] = Int32(truncatingIfNeeded: opening)
  }
}

extension Tokens {
  /// Whether a token stands inside a line that is indented further than the line of another one before.
  fileprivate func standsFurtherIn(_ token: Int, than other: Int) -> Bool {
    !followsNewline(token) && indentation(token) > indentation(other)
  }
}

/// The lines around the current token, each indented less than the next.
private struct LineStack {
  private struct Line {
    var indentation: UInt32
    /// The indentation of the line that this one goes on from, or its own.
    var head: UInt32
    var isOpen = false
  }

  private var lines: [Line] = []

  /// The indentation of what the current line belongs to: `    -> T[N] {` belongs to the `block` above it.
  var head: UInt32 { lines.last?.head ?? 0 }

  /// Begins the line of a token, whose predecessor ends the last one.
  mutating func begin(_ indentation: UInt32, after previous: TokenKind?) {
    if let previous, let last = lines.indices.last {
      switch previous {
      case .leftBrace, .leftParenthesis, .leftBracket, .comma: lines[last].isOpen = true
      default: break
      }
    }
    while let last = lines.last, last.indentation >= indentation { lines.removeLast() }
    // A line that is indented further than one which opens nothing goes on from it.
    let head = lines.last.flatMap { $0.isOpen ? nil : $0.head } ?? indentation
    lines.append(Line(indentation: indentation, head: head))
  }
}
