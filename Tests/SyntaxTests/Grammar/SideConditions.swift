/// What the grammar says in prose about its productions, in one place.
struct SideConditions {
  /// What a newline is.
  enum Newlines: Int {
    /// The end of a statement, but before what continues one.
    case end
    /// A gap.
    case gap
  }

  /// The brackets and labels around a part of a production.
  struct Surroundings {
    /// `nil` where they are those around the production.
    var newlines: Newlines?
    /// Whether a label may stand here, directly; `nil` where it may if it may around the production.
    var labels: Bool?
  }

  private(set) var surroundings: [Surroundings]

  /// "The braces of a body … make newlines count"; those of a literal, a map, a conditional do not.
  private static let bodies: Set<String> = ["body", "recipe"]
  /// Where a colon is a slice's or the key's: "there is no label directly in a subscript, a dimension or a key".
  private static let withoutLabels: Set<String> = ["part", "dimension", "entry"]
  /// What an expression goes through down to its labels, without a bracket.
  private static let expressionLevels: Set<String> = [
    "expression", "or", "and", "comparison", "sum", "product", "unary", "power", "postfix",
  ]

  init(_ grammar: Grammar) {
    surroundings = Array(repeating: Surroundings(), count: grammar.nodes.count)
    conditions = Array(repeating: .none, count: grammar.nodes.count)
    for production in grammar.productions where !production.isToken {
      var open: [Newlines] = []
      mark(production.root, of: production.name, grammar, &open)
    }
    // The key of an entry, not its value.
    if let entry = grammar.production("entry")?.root {
      for child in grammar.nodes[entry].children.dropFirst() { surroundings[child].labels = true }
    }
    setConditions(grammar)
  }

  private mutating func mark(_ node: Int, of production: String, _ grammar: Grammar, _ open: inout [Newlines]) {
    let part = grammar.nodes[node]
    surroundings[node].newlines = open.last
    if !Self.expressionLevels.contains(production) {
      surroundings[node].labels = !Self.withoutLabels.contains(production)
    }
    switch (part.kind, part.text) {
    case (.literal, "("), (.literal, "["): open.append(.gap)
    case (.literal, "{"): open.append(Self.bodies.contains(production) ? .end : .gap)
    case (.literal, ")"), (.literal, "]"), (.literal, "}"): open.removeLast()
    default: for child in part.children { mark(child, of: production, grammar, &open) }
    }
  }

  // MARK: Newlines

  /// "A newline is only a gap before `|>`, before a binary operator other than `@`, before `->`, `else`, `{`", and
  /// before the `}` of a body, where a statement ends anyway.
  private static let continuing: Set<String> = [
    "|>", "||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**", "->", "else", "{", "}", ")", "]",
  ]

  static func mayFollowNewline(_ terminal: String) -> Bool { continuing.contains(terminal) }

  /// Whether a newline before a token is more than a gap, in a body.
  static func newlineCounts(before index: Int, in tokens: [GrammarLexer.Token]) -> Bool {
    let token = tokens[index]
    guard token.followsNewline, index > 0 else { return false }
    // "A `*` goes on with the expression, unless a name and then `=` or `,` follow."
    if token.terminals.contains("*") { return beginsStarredTarget(index, in: tokens) }
    return token.terminals.isDisjoint(with: continuing)
  }

  private static func beginsStarredTarget(_ star: Int, in tokens: [GrammarLexer.Token]) -> Bool {
    guard star + 1 < tokens.count else { return false }
    var next = star + 1
    let name = tokens[next].terminals
    if name.contains("NAME_HEAD") {
      var depth = 1
      while depth > 0, next + 1 < tokens.count {
        next += 1
        if tokens[next].terminals.contains("NAME_HEAD") { depth += 1 }
        if tokens[next].terminals.contains("NAME_TAIL") { depth -= 1 }
      }
    } else if name.isDisjoint(with: ["IDENTIFIER", "NAME", "_"]) {
      return false
    }
    guard next + 1 < tokens.count else { return false }
    return !tokens[next + 1].terminals.isDisjoint(with: ["=", ","])
  }

  /// The words before which a newline is a gap where a production wants them, and ends a statement elsewhere.
  static let clauses: Set<String> = ["where", "macs"]

  // MARK: Choices

  /// What must hold where a part of a production begins.
  enum Condition {
    case none
    /// "A `!` that begins a comparison takes all of it."
    case noNegation
    /// "There is no label directly in a subscript, a dimension or a key of a map."
    case labels
    /// "An ELEMENT_TYPE before `[` always begins a tensor literal."
    case noBracketBehind
    /// "`type` before an ELEMENT_TYPE, an IDENTIFIER or `?`" begins a literal.
    case noTypeBehind
    /// "A type takes the dimensions behind it"; "`seq` `optional` `map` before `<` in a type" are no names.
    case wholeType
    /// "A map with a STRING behind its brace, or empty: else a graph's body."
    case beginsMap, beginsNoMap
    /// "`{` on the line of `)`, which tells `(x) {` from `(x)`."
    case braceOnLine
  }

  private(set) var conditions: [Condition]

  private mutating func setConditions(_ grammar: Grammar) {
    func choice(in production: String) -> [Int] {
      var pending = [grammar.production(production)?.root].compactMap { $0 }
      while let node = pending.popLast() {
        if grammar.nodes[node].kind == .choice { return grammar.nodes[node].children }
        pending += grammar.nodes[node].children.reversed()
      }
      return []
    }
    func set(_ condition: Condition, on production: String, _ alternatives: [Int], beginningWith text: String) {
      let found = alternatives.filter { grammar.text($0).hasPrefix(text) }
      precondition(found.count == 1, "\(production) has \(found.count) alternatives that begin with \(text)")
      for node in found { conditions[node] = condition }
    }
    set(.noNegation, on: "comparison", choice(in: "comparison"), beginningWith: "sum")
    set(.labels, on: "postfix", choice(in: "postfix"), beginningWith: "label")
    set(.noBracketBehind, on: "primary", choice(in: "primary"), beginningWith: "ELEMENT_TYPE")
    set(.noTypeBehind, on: "primary", choice(in: "primary"), beginningWith: "name")
    set(.wholeType, on: "plain_type", choice(in: "plain_type"), beginningWith: "ELEMENT_TYPE")
    set(.wholeType, on: "plain_type", choice(in: "plain_type"), beginningWith: "IDENTIFIER")
    let values =
      grammar.production("argument").map {
        grammar.nodes[$0.root].children.flatMap { Self.choices(under: $0, grammar) }
      } ?? []
    set(.beginsMap, on: "argument", values, beginningWith: "map")
    set(.beginsNoMap, on: "argument", values, beginningWith: "graph")
    let graph = grammar.production("graph").map { grammar.nodes[$0.root].children } ?? []
    set(.braceOnLine, on: "graph", graph, beginningWith: "body")
  }

  private static func choices(under node: Int, _ grammar: Grammar) -> [Int] {
    let part = grammar.nodes[node]
    return part.kind == .choice ? part.children : part.children.flatMap { choices(under: $0, grammar) }
  }

  private static func namesType(
    behind index: Int, or others: Set<String> = [], in tokens: [GrammarLexer.Token], newlines: Newlines
  ) -> Bool {
    guard index + 1 < tokens.count else { return false }
    return !tokens[index + 1].terminals.isDisjoint(with: others.union(["ELEMENT_TYPE", "IDENTIFIER"]))
      && (newlines == .gap || !newlineCounts(before: index + 1, in: tokens))
  }

  /// Whether a part may begin at a token.
  static func admits(
    _ condition: Condition, at index: Int, in tokens: [GrammarLexer.Token], labels: Bool, newlines: Newlines
  ) -> Bool {
    func at(_ offset: Int, _ terminals: Set<String>) -> Bool {
      tokens.indices.contains(index + offset) && !tokens[index + offset].terminals.isDisjoint(with: terminals)
    }
    /// Whether a token follows that the statement goes on to.
    func goesOn(to terminals: Set<String>) -> Bool {
      at(1, terminals) && (newlines == .gap || !newlineCounts(before: index + 1, in: tokens))
    }
    switch condition {
    case .none: return true
    case .noNegation: return !at(0, ["!"])
    case .labels: return labels
    case .wholeType:
      return !goesOn(to: ["["]) && !(at(0, ["seq", "optional", "map"]) && at(1, ["<"]))
        && !(at(0, ["sparse"]) && namesType(behind: index, in: tokens, newlines: newlines))
    case .noTypeBehind:
      return !(at(0, ["type"]) && namesType(behind: index, or: ["?"], in: tokens, newlines: newlines))
    case .noBracketBehind: return !goesOn(to: ["["])
    case .beginsMap: return at(1, ["STRING", "}"])
    case .beginsNoMap: return !at(0, ["{"]) || !at(1, ["STRING", "}"])
    case .braceOnLine: return !at(-1, [")"]) || !tokens.indices.contains(index) || !tokens[index].followsNewline
    }
  }
}
