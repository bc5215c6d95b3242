/// Finds out whether tokens are a sentence of the grammar, and in how many ways.
///
/// Tries every alternative of every production at every place, and remembers what it found there. The grammar has no
/// left recursion, on which this would not end.
struct Recogniser {
  /// How a run of tokens follows from a production.
  final class Derivation {
    enum Kind {
      case production(Int)
      /// A token, by what the production calls it.
      case token(String)
      /// The alternative of a choice, or the presence of something optional, that was taken: no tokens.
      case choice(Choice)
    }

    let kind: Kind
    let tokens: Range<Int>
    fileprivate let last: Chain?

    fileprivate init(_ kind: Kind, _ tokens: Range<Int>, _ last: Chain?) {
      self.kind = kind
      self.tokens = tokens
      self.last = last
    }

    /// What the production is made of, in order.
    var children: [Derivation] {
      var found: [Derivation] = []
      var link = last
      while let next = link {
        found.append(next.derivation)
        link = next.before
      }
      return found.reversed()
    }
  }

  /// One of the ways that a part of a production offers.
  struct Choice: Hashable {
    var node: Int
    /// The child of a choice; 0 and 1 for the absence and the presence of a child.
    var alternative: Int
  }

  fileprivate final class Chain {
    let derivation: Derivation
    let before: Chain?

    init(_ derivation: Derivation, after before: Chain?) {
      self.derivation = derivation
      self.before = before
    }
  }

  /// One place where something that began elsewhere may end.
  private struct Ending {
    /// Twice the number of the next token, and one more where the newline before it is spent.
    var place: Int
    /// In how many ways; many are as good as two.
    var count: Int
    var chain: Chain?
  }

  private struct Key: Hashable {
    var production: Int
    var place: Int
    var newlines: SideConditions.Newlines
    var labels: Bool
  }

  private let grammar: Grammar
  private let conditions: SideConditions
  /// What each production and part may begin with; `nil` where it may be empty.
  private let first: [Set<String>?]

  private var tokens: [GrammarLexer.Token] = []
  private var newlineCounts: [Bool] = []
  private var known: [Key: [Ending]] = [:]
  /// The furthest token that was looked at.
  private(set) var furthest = 0

  init(_ grammar: Grammar) {
    self.grammar = grammar
    conditions = SideConditions(grammar)
    first = FirstTerminals(grammar).ofNodes
  }

  /// The number of ways in which tokens follow from a production, up to two, and one of them.
  mutating func derivations(of tokens: [GrammarLexer.Token], from production: String = "file") -> (
    count: Int, one: Derivation?
  ) {
    guard let start = grammar.index[production], tokens.allSatisfy({ !$0.terminals.isEmpty }) else { return (0, nil) }
    self.tokens = tokens
    newlineCounts = tokens.indices.map { SideConditions.newlineCounts(before: $0, in: tokens) } + [false]
    known = [:]
    furthest = 0
    let endings = endings(ofProduction: start, from: 0, newlines: .end, labels: true)
    guard let whole = endings.first(where: { $0.place / 2 == tokens.count }) else { return (0, nil) }
    return (whole.count, whole.chain?.derivation)
  }

  private mutating func endings(
    ofProduction production: Int, from place: Int, newlines: SideConditions.Newlines, labels: Bool
  ) -> [Ending] {
    let key = Key(production: production, place: place, newlines: newlines, labels: labels)
    if let found = known[key] { return found }
    let start = Ending(place: place, count: 1, chain: nil)
    var found = endings(
      of: grammar.productions[production].root, from: start, newlines: newlines, labels: labels)
    for index in found.indices {
      var end = found[index].place
      // "A newline is only a gap between an annotation and what it stands before."
      if grammar.productions[production].name == "annotation", end % 2 == 0, newlineCounts[end / 2] { end += 1 }
      let derivation = Derivation(.production(production), place / 2..<end / 2, found[index].chain)
      found[index] = Ending(place: end, count: found[index].count, chain: Chain(derivation, after: nil))
    }
    known[key] = found
    return found
  }

  /// Where a part may end that begins where another ended; with what was taken before.
  private mutating func endings(
    of node: Int, from start: Ending, newlines outer: SideConditions.Newlines, labels outerLabels: Bool
  ) -> [Ending] {
    let part = grammar.nodes[node]
    let newlines = conditions.surroundings[node].newlines ?? outer
    let labels = conditions.surroundings[node].labels ?? outerLabels
    let token = start.place / 2
    guard
      SideConditions.admits(conditions.conditions[node], at: token, in: tokens, labels: outerLabels, newlines: newlines)
    else {
      return []
    }
    if let first = first[node] {
      guard token < tokens.count, !tokens[token].terminals.isDisjoint(with: first) else { return [] }
    }
    switch part.kind {
    case .literal: return take(part.text, start, newlines: newlines)
    case .symbol: return endings(ofSymbol: part.text, from: start, newlines: newlines, labels: labels)
    case .set: return []
    case .sequence:
      return part.children.reduce([start]) { starts, child in
        merged(starts.flatMap { endings(of: child, from: $0, newlines: outer, labels: outerLabels) })
      }
    case .choice:
      return merged(
        part.children.enumerated().flatMap { alternative, child in
          endings(
            of: child, from: noting(Choice(node: node, alternative: alternative), start), newlines: outer,
            labels: outerLabels)
        })
    case .optional:
      let present = noting(Choice(node: node, alternative: 1), start)
      return merged(
        [noting(Choice(node: node, alternative: 0), start)]
          + endings(of: part.children[0], from: present, newlines: outer, labels: outerLabels))
    case .star, .plus:
      var found = part.kind == .star ? [noting(Choice(node: node, alternative: 0), start)] : []
      var starts = [noting(Choice(node: node, alternative: 1), start)]
      while !starts.isEmpty {
        // What takes no token takes no part either.
        starts = merged(
          starts.flatMap { from in
            endings(of: part.children[0], from: from, newlines: outer, labels: outerLabels).filter {
              $0.place > from.place
            }
          })
        found += starts
      }
      return merged(found)
    case .difference:
      guard token < tokens.count, tokens[token].terminals.isDisjoint(with: [grammar.nodes[part.children[1]].text])
      else { return [] }
      return endings(of: part.children[0], from: start, newlines: outer, labels: outerLabels)
    }
  }

  private mutating func endings(
    ofSymbol name: String, from start: Ending, newlines: SideConditions.Newlines, labels: Bool
  ) -> [Ending] {
    if name == "EOL" {
      guard start.place % 2 == 0 else { return [] }
      if newlineCounts[start.place / 2] {
        return [Ending(place: start.place + 1, count: start.count, chain: start.chain)]
      }
      let endsBody = start.place / 2 == tokens.count || tokens[start.place / 2].terminals.contains("}")
      return endsBody ? [start] : []
    }
    if name == "QUOTED_NAME" { return quotedName(start, newlines: newlines) }
    guard let index = grammar.index[name], !grammar.productions[index].isToken else {
      return take(name, start, newlines: newlines)
    }
    return endings(ofProduction: index, from: start.place, newlines: newlines, labels: labels).map { ending in
      Ending(
        place: ending.place, count: min(2, ending.count * start.count),
        chain: ending.chain.map { Chain($0.derivation, after: start.chain) })
    }
  }

  /// A token, across a newline where that is a gap.
  private mutating func take(_ terminal: String, _ start: Ending, newlines: SideConditions.Newlines) -> [Ending] {
    let token = start.place / 2
    furthest = max(furthest, token)
    guard token < tokens.count, tokens[token].terminals.contains(terminal) else { return [] }
    let isGap = newlines == .gap || SideConditions.clauses.contains(terminal)
    guard isGap || start.place % 2 == 1 || !newlineCounts[token] else { return [] }
    let derivation = Derivation(.token(terminal), token..<token + 1, nil)
    var end = 2 * token + 2
    // Behind a brace the first statement may begin on a line of its own.
    if terminal == "{", newlineCounts[token + 1] { end += 1 }
    return [Ending(place: end, count: start.count, chain: Chain(derivation, after: start.chain))]
  }

  /// A backquoted name, with the expressions in it.
  private mutating func quotedName(_ start: Ending, newlines: SideConditions.Newlines) -> [Ending] {
    let whole = take("NAME", start, newlines: newlines)
    guard whole.isEmpty, let name = grammar.index["QUOTED_NAME"] else { return whole }
    var pieces = take("NAME_HEAD", Ending(place: start.place, count: start.count, chain: nil), newlines: newlines)
    var found: [Ending] = []
    while !pieces.isEmpty {
      let expressions = pieces.flatMap {
        endings(ofSymbol: "expression", from: $0, newlines: .end, labels: true)
      }
      found += expressions.flatMap { take("NAME_TAIL", $0, newlines: .end) }
      pieces = expressions.flatMap { take("NAME_MIDDLE", $0, newlines: .end) }
    }
    return found.map { ending in
      let derivation = Derivation(.production(name), start.place / 2..<ending.place / 2, ending.chain)
      return Ending(place: ending.place, count: ending.count, chain: Chain(derivation, after: start.chain))
    }
  }

  private func noting(_ choice: Choice, _ ending: Ending) -> Ending {
    let token = ending.place / 2
    let derivation = Derivation(.choice(choice), token..<token, nil)
    return Ending(place: ending.place, count: ending.count, chain: Chain(derivation, after: ending.chain))
  }

  /// One ending a place, with the number of ways to get there.
  private func merged(_ endings: [Ending]) -> [Ending] {
    guard endings.count > 1 else { return endings }
    var found: [Ending] = []
    for ending in endings {
      if let index = found.firstIndex(where: { $0.place == ending.place }) {
        found[index].count = min(2, found[index].count + ending.count)
      } else {
        found.append(ending)
      }
    }
    return found
  }
}

/// The terminals that the parts of productions may begin with.
struct FirstTerminals {
  /// `nil` for what may be empty.
  private(set) var ofNodes: [Set<String>?]

  init(_ grammar: Grammar) {
    var sets: [Set<String>] = Array(repeating: [], count: grammar.nodes.count)
    var isNullable: [Bool] = Array(repeating: false, count: grammar.nodes.count)
    var changes = true
    while changes {
      changes = false
      for node in grammar.nodes.indices {
        let part = grammar.nodes[node]
        var set = sets[node]
        var nullable = false
        switch part.kind {
        case .literal: set.insert(part.text)
        case .set: break
        case .symbol:
          if part.text == "QUOTED_NAME" {
            set.formUnion(["NAME", "NAME_HEAD"])
          } else if let production = grammar.production(part.text), !production.isToken {
            set.formUnion(sets[production.root])
            nullable = isNullable[production.root]
          } else {
            set.insert(part.text)
            nullable = part.text == "EOL"
          }
        case .sequence:
          nullable = true
          for child in part.children where nullable {
            set.formUnion(sets[child])
            nullable = isNullable[child]
          }
        case .choice:
          for child in part.children {
            set.formUnion(sets[child])
            nullable = nullable || isNullable[child]
          }
        case .optional, .star, .plus, .difference:
          set.formUnion(sets[part.children[0]])
          nullable = part.kind == .optional || part.kind == .star || isNullable[part.children[0]]
        }
        if set.count != sets[node].count || nullable != isNullable[node] { changes = true }
        (sets[node], isNullable[node]) = (set, nullable)
      }
    }
    ofNodes = grammar.nodes.indices.map { isNullable[$0] ? nil : sets[$0] }
  }
}
