/// Makes sentences of the grammar at random, those first that use what no sentence before has used.
struct SentenceGenerator {
  /// A token to be written, and whether a newline may stand before it.
  struct Piece {
    enum Newline { case never, may, must }

    var text: [UInt8]
    var newline: Newline
  }

  private let grammar: Grammar
  private let lexer: GrammarLexer
  private let conditions: SideConditions
  /// The least number of tokens that each part makes.
  private let least: [Int]
  var random: SplitMix
  /// How often each choice was taken by sentences so far.
  var uses: [Recogniser.Choice: Int] = [:]

  private var pieces: [Piece] = []
  private var next = Piece.Newline.may
  private var budget = 0
  private var interpolations = 0

  /// Names that are words of the language elsewhere, beside others.
  private static let names = [
    "x", "y", "T", "N", "attn", "conv1", "Relu", "b", "inf", "int", "param", "in", "where", "macs", "for", "as", "type",
    "sparse", "seq", "map", "ints", "layer", "model", "use", "repeat", "weights", "require", "scope", "const", "import",
    "recipe", "block", "operator", "buffer", "optional", "strings", "let", "not", "and", "elif", "from", "e5", "x1",
  ]

  init(_ grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    lexer = GrammarLexer(grammar)
    conditions = SideConditions(grammar)
    least = Self.leastTokens(grammar)
    random = SplitMix(state: seed)
  }

  private static let never = 1_000_000

  private static func leastTokens(_ grammar: Grammar) -> [Int] {
    var least = Array(repeating: never, count: grammar.nodes.count)
    var changes = true
    while changes {
      changes = false
      for node in grammar.nodes.indices {
        let part = grammar.nodes[node]
        let inner = part.children.map { least[$0] }
        let count: Int
        switch part.kind {
        case .literal, .set: count = 1
        case .symbol:
          let production = grammar.production(part.text)
          count = part.text == "EOL" ? 0 : production.map { $0.isToken ? 1 : least[$0.root] } ?? 1
        case .sequence: count = min(never, inner.reduce(0, +))
        case .choice: count = inner.min() ?? 0
        case .optional, .star: count = 0
        case .plus, .difference: count = inner[0]
        }
        if count < least[node] { (least[node], changes) = (count, true) }
      }
    }
    return least
  }

  /// The pieces of a sentence of about `size` tokens.
  mutating func sentence(size: Int) -> [Piece] {
    (pieces, next, budget, interpolations) = ([], .may, size, 0)
    if let file = grammar.production("file") { make(file.root, newlines: .end, labels: true) }
    return pieces
  }

  private mutating func add(_ text: some Sequence<UInt8>, newlines: SideConditions.Newlines, as terminal: String) {
    var newline = newlines == .gap || SideConditions.clauses.contains(terminal) ? Piece.Newline.may : .never
    if SideConditions.mayFollowNewline(terminal) { newline = .may }
    if next != .never { newline = next }
    // "The name ends on the line on which it begins."
    if interpolations > 0 { newline = .never }
    pieces.append(Piece(text: Array(text), newline: newline))
    next = terminal == "{" ? .may : .never
    budget -= 1
  }

  private mutating func make(_ node: Int, newlines outer: SideConditions.Newlines, labels outerLabels: Bool) {
    let part = grammar.nodes[node]
    let newlines = conditions.surroundings[node].newlines ?? outer
    let labels = conditions.surroundings[node].labels ?? outerLabels
    switch part.kind {
    case .literal: add(part.text.utf8, newlines: newlines, as: part.text)
    case .symbol: makeSymbol(part.text, newlines: newlines, labels: labels)
    case .set: break
    case .sequence:
      // Each part gets a share of what is left, so that the first one does not take it all; but the many levels of an
      // expression would leave nothing.
      var rest = part.children.count
      for child in part.children {
        let all = budget
        if rest > 1, conditions.surroundings[node].labels != nil {
          budget = all / 2 < 1 ? all : Int.random(in: all / (2 * rest)...all - all / (4 * rest), using: &random)
        }
        let share = budget
        make(child, newlines: outer, labels: outerLabels)
        budget = all - (share - budget)
        rest -= 1
      }
    case .choice:
      let open = part.children.indices.filter {
        outerLabels || conditions.conditions[part.children[$0]] != .labels
      }
      let alternative = choose(open, of: node, costs: part.children.map { least[$0] })
      make(part.children[alternative], newlines: outer, labels: outerLabels)
    case .optional:
      if choose([0, 1], of: node, costs: [0, least[part.children[0]]]) == 1 {
        make(part.children[0], newlines: outer, labels: outerLabels)
      }
    case .star, .plus:
      var count = part.kind == .plus ? 1 : choose([0, 1], of: node, costs: [0, least[part.children[0]]])
      while count < 4, count > 0, budget > 0, Int.random(in: 0..<3, using: &random) == 0 { count += 1 }
      for _ in 0..<count { make(part.children[0], newlines: outer, labels: outerLabels) }
    case .difference: make(part.children[0], newlines: outer, labels: outerLabels)
    }
  }

  /// One of several ways: the shortest where no tokens are left, else often one that was seldom taken.
  private mutating func choose(_ alternatives: [Int], of node: Int, costs: [Int]) -> Int {
    if budget <= 0 { return alternatives.min { costs[$0] < costs[$1] } ?? alternatives[0] }
    let counts = alternatives.map { uses[Recogniser.Choice(node: node, alternative: $0)] ?? 0 }
    let fewest = counts.min() ?? 0
    if Int.random(in: 0..<(fewest == 0 ? 2 : 4), using: &random) == 0 {
      let seldom = zip(alternatives, counts).filter { $0.1 == fewest }.map(\.0)
      return seldom.randomElement(using: &random) ?? alternatives[0]
    }
    // Most of what is optional is left out: every level of an expression has something.
    if grammar.nodes[node].kind != .choice { return Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0 }
    return alternatives.randomElement(using: &random) ?? alternatives[0]
  }

  private mutating func makeSymbol(_ name: String, newlines: SideConditions.Newlines, labels: Bool) {
    switch name {
    case "EOL": next = .must
    case "QUOTED_NAME": makeQuotedName(newlines: newlines)
    default:
      if let production = grammar.production(name), !production.isToken {
        make(production.root, newlines: newlines, labels: labels)
        if name == "annotation" { next = .may }
      } else {
        add(spelling(of: name), newlines: newlines, as: name)
      }
    }
  }

  private mutating func makeQuotedName(newlines: SideConditions.Newlines) {
    func characters() -> [UInt8] {
      let parts = GrammarLexer.characters(of: "QUOTED_NAME", in: grammar)
      return (0..<Int.random(in: 0...3, using: &random)).flatMap { _ in
        parts.randomElement(using: &random).map { text(of: $0) } ?? []
      }
    }
    let quote = UInt8(ascii: "`")
    guard budget > 8, Int.random(in: 0..<5, using: &random) == 0 else {
      return add([quote] + characters() + [quote], newlines: newlines, as: "NAME")
    }
    var begin = quote
    repeat {
      add([begin] + characters() + [UInt8(ascii: "{")], newlines: newlines, as: "NAME_HEAD")
      interpolations += 1
      makeSymbol("expression", newlines: .end, labels: true)
      interpolations -= 1
      begin = UInt8(ascii: "}")
      next = .never
    } while budget > 0 && Int.random(in: 0..<3, using: &random) == 0
    interpolations += 1
    add([begin] + characters() + [quote], newlines: .end, as: "NAME_TAIL")
    interpolations -= 1
  }

  /// A token of a kind.
  mutating func spelling(of terminal: String) -> [UInt8] {
    guard let production = grammar.production(terminal), production.isToken else { return Array(terminal.utf8) }
    if terminal == "IDENTIFIER", Int.random(in: 0..<8, using: &random) > 0 {
      return Array((Self.names.randomElement(using: &random) ?? "x").utf8)
    }
    while true {
      let text = text(of: production.root)
      let tokens = lexer.tokens(of: text)
      if tokens.count == 1, tokens[0].terminals.contains(terminal), tokens[0].range.count == text.count { return text }
    }
  }

  /// Characters that a part of a token matches.
  private mutating func text(of node: Int) -> [UInt8] {
    let part = grammar.nodes[node]
    switch part.kind {
    case .literal: return Array(part.text.utf8)
    case .set(let set):
      // Bytes from 0x80 on come as whole characters.
      if set.contains(0xC3), Int.random(in: 0..<20, using: &random) == 0 { return Array("é".utf8) }
      let ascii = set.filter { $0 >= 0x20 && $0 < 0x7F || $0 == 0x9 || set.count == 1 }.sorted()
      return ascii.randomElement(using: &random).map { [$0] } ?? []
    case .symbol: return grammar.production(part.text).map { text(of: $0.root) } ?? []
    case .sequence: return part.children.flatMap { text(of: $0) }
    case .choice: return part.children.randomElement(using: &random).map { text(of: $0) } ?? []
    case .optional: return Bool.random(using: &random) ? text(of: part.children[0]) : []
    case .star, .plus:
      let count = Int.random(in: part.kind == .plus ? 1...4 : 0...4, using: &random)
      return (0..<count).flatMap { _ in text(of: part.children[0]) }
    case .difference: return text(of: part.children[0])
    }
  }

  /// The text of pieces, with gaps at random: blanks, comments, and newlines where they may stand.
  mutating func render(_ pieces: [Piece]) -> [UInt8] {
    var text: [UInt8] = []
    for piece in pieces {
      let before = text
      text += gap(piece.newline)
      let start = text.count
      text += piece.text
      // Without a gap two tokens may be one, or others.
      if start == before.count, !isSeparate(before, piece.text) { text = before + [UInt8(ascii: " ")] + piece.text }
    }
    return text + gap(.may)
  }

  private func isSeparate(_ before: [UInt8], _ text: [UInt8]) -> Bool {
    guard let last = before.last, let first = text.first else { return true }
    // A point between words; brackets, and signs that begin no other, beside anything.
    if first == UInt8(ascii: ".") { return last.isLetter && text.count == 1 }
    if last == UInt8(ascii: ".") { return first.isLetter }
    let apart = Set("()[]{},;~$".utf8)
    return (apart.contains(last) || apart.contains(first)) && first != UInt8(ascii: "{") && last != UInt8(ascii: "}")
  }

  private mutating func gap(_ newline: Piece.Newline) -> [UInt8] {
    let blanks = ["", "", " ", " ", " ", "  ", "\t", " \r"]
    let lines = ["\n", "\n", "\n    ", " // why\n", "\n\n\t", "\r\n", "\n/// doc\n", " //// x\n  //\n"]
    func pick(_ texts: [String]) -> [UInt8] { Array((texts.randomElement(using: &random) ?? " ").utf8) }
    switch newline {
    case .never: return pick(blanks)
    case .may: return Int.random(in: 0..<4, using: &random) == 0 ? pick(lines) : pick(blanks)
    case .must: return pick(lines)
    }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}
