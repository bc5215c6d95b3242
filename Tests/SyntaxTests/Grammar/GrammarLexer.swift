/// Cuts a text into the tokens of the grammar, by its productions in capitals and the signs in quotes.
///
/// Knows nothing of the lexer under test.
struct GrammarLexer {
  /// A token, and what the grammar may call it.
  struct Token: Equatable {
    var range: Range<Int>
    /// The names of its productions, and its own text where the grammar has it in quotes.
    var terminals: Set<String>
    var followsNewline: Bool
  }

  let grammar: Grammar
  /// The signs and words that stand in quotes in the productions that are no tokens.
  let literals: Set<String>
  private let signs: [String]

  static let mica = GrammarLexer(.mica)
  private static let numbers: Set<String> = ["INTEGER", "FLOAT"]
  /// The productions that are tokens and no parts of tokens, the interpolated name aside.
  static let tokenNames = [
    "IDENTIFIER", "RESERVED", "ELEMENT_TYPE", "INTEGER", "FLOAT", "STRING", "BYTES",
  ]

  init(_ grammar: Grammar) {
    self.grammar = grammar
    var literals: Set<String> = []
    for production in grammar.productions where !production.isToken {
      Self.collect(production.root, grammar, into: &literals)
    }
    self.literals = literals
    signs = literals.filter { !$0.utf8.allSatisfy(Self.isWordPart) }
  }

  private static func collect(_ node: Int, _ grammar: Grammar, into literals: inout Set<String>) {
    if grammar.nodes[node].kind == .literal { literals.insert(grammar.nodes[node].text) }
    for child in grammar.nodes[node].children { collect(child, grammar, into: &literals) }
  }

  private static func isWordPart(_ byte: UInt8) -> Bool {
    byte == 0x5F || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  /// The tokens of a text; what is no token is one without terminals.
  func tokens(of text: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var position = 0
    /// For each interpolation that is open the braces that are open in it.
    var interpolations: [Int] = []
    while true {
      let gap = skipGap(text, &position)
      if gap { interpolations.removeAll() }
      guard position < text.count else { return tokens }
      var (terminals, end) = longest(text, at: position)
      if text[position] == UInt8(ascii: "`") {
        (terminals, end) = namePiece(text, at: position, begins: true)
      } else if text[position] == UInt8(ascii: "}"), let braces = interpolations.last, braces == 0 {
        interpolations.removeLast()
        (terminals, end) = namePiece(text, at: position, begins: false)
      } else if let braces = interpolations.last, terminals.contains("{") || terminals.contains("}") {
        interpolations[interpolations.count - 1] = braces + (terminals.contains("{") ? 1 : -1)
      }
      if terminals.contains("NAME_HEAD") || terminals.contains("NAME_MIDDLE") { interpolations.append(0) }
      tokens.append(Token(range: position..<end, terminals: terminals, followsNewline: gap))
      position = end
    }
  }

  /// Whether a newline is in the gap.
  private func skipGap(_ text: [UInt8], _ position: inout Int) -> Bool {
    let start = position
    if position == 0, text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    if let root = grammar.production("GAP")?.root { position = ends(root, text, position).max() ?? position }
    return text[start..<position].contains(UInt8(ascii: "\n"))
  }

  private func longest(_ text: [UInt8], at start: Int) -> (terminals: Set<String>, end: Int) {
    var end = start
    var terminals: Set<String> = []
    for name in Self.tokenNames {
      guard let root = grammar.production(name)?.root, let longest = ends(root, text, start).max() else { continue }
      if longest > end { terminals = [] }
      if longest >= end { (end, terminals) = (longest, terminals.union([name])) }
    }
    for sign in signs where text[start...].starts(with: sign.utf8) && start + sign.utf8.count > end {
      (end, terminals) = (start + sign.utf8.count, [sign])
    }
    if end == start { return ([], start + 1) }
    // A letter, digit or underscore right behind a number is an error.
    if !terminals.isDisjoint(with: Self.numbers), end < text.count, Self.isWordPart(text[end]) {
      return ([], end + 1)
    }
    let spelling = String(decoding: text[start..<end], as: UTF8.self)
    // A reserved word is no identifier, of which it may be the beginning.
    if literals.contains(spelling) { terminals.insert(spelling) }
    return (terminals, end)
  }

  /// A piece of a QUOTED_NAME: the whole, or what stands before, between and behind its interpolations.
  private func namePiece(_ text: [UInt8], at start: Int, begins: Bool) -> (terminals: Set<String>, end: Int) {
    let parts = Self.characters(of: "QUOTED_NAME", in: grammar)
    var end = start + 1
    while let next = parts.flatMap({ ends($0, text, end) }).max(), next > end { end = next }
    guard end < text.count else { return ([], end) }
    switch text[end] {
    case UInt8(ascii: "`"): return ([begins ? "NAME" : "NAME_TAIL"], end + 1)
    case UInt8(ascii: "{"): return ([begins ? "NAME_HEAD" : "NAME_MIDDLE"], end + 1)
    default: return ([], end)
    }
  }

  /// The alternatives for one character inside a token with quotes: those that hold no expression.
  static func characters(of production: String, in grammar: Grammar) -> [Int] {
    guard let root = grammar.production(production)?.root else { return [] }
    var found: [Int] = []
    var pending = [root]
    while let node = pending.popLast() {
      let kind = grammar.nodes[node].kind
      if kind == .choice {
        found += grammar.nodes[node].children.filter { grammar.nodes[$0].kind != .sequence }
      } else {
        pending += grammar.nodes[node].children
      }
    }
    return found
  }

  /// Where a node may end that begins at `start`.
  func ends(_ node: Int, _ text: [UInt8], _ start: Int) -> Set<Int> {
    let part = grammar.nodes[node]
    switch part.kind {
    case .literal: return text[start...].starts(with: part.text.utf8) ? [start + part.text.utf8.count] : []
    case .set(let set): return start < text.count && set.contains(text[start]) ? [start + 1] : []
    case .symbol: return grammar.production(part.text).map { ends($0.root, text, start) } ?? []
    case .sequence:
      return part.children.reduce([start]) { starts, child in
        starts.reduce(into: Set()) { $0.formUnion(ends(child, text, $1)) }
      }
    case .choice: return part.children.reduce(into: Set()) { $0.formUnion(ends($1, text, start)) }
    case .optional: return ends(part.children[0], text, start).union([start])
    case .star, .plus:
      var found: Set<Int> = part.kind == .star ? [start] : []
      var starts: Set<Int> = [start]
      while !starts.isEmpty {
        let next = starts.reduce(into: Set()) { $0.formUnion(ends(part.children[0], text, $1)) }.subtracting(found)
        found.formUnion(next)
        starts = next
      }
      return found
    case .difference:
      return ends(part.children[0], text, start).subtracting(ends(part.children[1], text, start))
    }
  }
}
