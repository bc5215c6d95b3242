import Syntax

/// What the grammar and the parser say of texts, and where they disagree.
struct Conformance {
  let grammar: Grammar
  private let lexer: GrammarLexer
  private var recogniser: Recogniser

  /// How often each way of each production was taken by texts that both accept.
  private(set) var uses: [Recogniser.Choice: Int] = [:]
  private(set) var productionUses: [String: Int] = [:]
  private(set) var terminalUses: [String: Int] = [:]
  private(set) var accepted = 0
  private(set) var refused = 0
  /// Texts of which grammar and parser say different things, and what.
  private(set) var disagreements: [String] = []

  /// The disagreement about the shortest text.
  var shortest: String? { disagreements.min { $0.utf8.count < $1.utf8.count } }

  init(_ grammar: Grammar) {
    self.grammar = grammar
    lexer = GrammarLexer(grammar)
    recogniser = Recogniser(grammar)
  }

  /// Whether the grammar has a text; what else is wrong with it becomes a disagreement.
  @discardableResult
  mutating func check(_ text: [UInt8]) -> Recogniser.Derivation? {
    let tokens = lexer.tokens(of: text)
    let (count, derivation) = recogniser.derivations(of: tokens)
    let tree = SyntaxTree.parse(text)
    if (count > 0) != tree.diagnostics.isEmpty {
      let place = recogniser.furthest < tokens.count ? tokens[recogniser.furthest].range.lowerBound : text.count
      let problem = tree.diagnostics.first.map { "\($0.identifier) at \($0.place.range): \($0.message)" }
      disagree(
        text, count > 0 ? "refused by the parser only: \(problem ?? "")" : "refused by the grammar only, near \(place)")
    }
    guard let derivation, tree.diagnostics.isEmpty else {
      refused += 1
      return count > 0 ? derivation : nil
    }
    accepted += 1
    if count > 1 { disagree(text, "ambiguous") }
    let ranges = (0..<tree.tokens.count - 1).map { tree.tokens.range($0) }
    if ranges != tokens.map(\.range) { disagree(text, "other tokens") }
    compare(DerivedTree(derivation, grammar).nodes, DerivedTree.nodes(of: tree.root), text)
    note(derivation)
    for token in tokens { for terminal in token.terminals { terminalUses[terminal, default: 0] += 1 } }
    return derivation
  }

  private mutating func compare(_ derived: [DerivedTree.Node], _ parsed: [DerivedTree.Node], _ text: [UInt8]) {
    guard derived != parsed else { return }
    let place = zip(derived, parsed).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let index = place ?? min(derived.count, parsed.count)
    disagree(
      text,
      "another tree: \(index < parsed.count ? "\(parsed[index])" : "nothing") for \(index < derived.count ? "\(derived[index])" : "nothing")"
    )
  }

  private mutating func disagree(_ text: [UInt8], _ problem: String) {
    disagreements.append("\(problem)\n\(String(decoding: text, as: UTF8.self))")
  }

  private mutating func note(_ derivation: Recogniser.Derivation) {
    switch derivation.kind {
    case .production(let index):
      productionUses[grammar.productions[index].name, default: 0] += 1
      for child in derivation.children { note(child) }
    case .choice(let choice): uses[choice, default: 0] += 1
    case .token: break
    }
  }

  /// The productions, and their ways, that no accepted text has used.
  var unused: [String] {
    var found: [String] = []
    for production in grammar.productions where !production.isToken {
      if productionUses[production.name] == nil { found.append(production.name) }
      collectUnused(production.root, of: production.name, into: &found)
    }
    return found
  }

  private func collectUnused(_ node: Int, of production: String, into found: inout [String]) {
    let part = grammar.nodes[node]
    func isUsed(_ alternative: Int) -> Bool { uses[Recogniser.Choice(node: node, alternative: alternative)] != nil }
    switch part.kind {
    case .choice:
      for (alternative, child) in part.children.enumerated() where !isUsed(alternative) {
        found.append("\(production): \(grammar.text(child))")
      }
    case .optional, .star:
      if !isUsed(0) { found.append("\(production): without \(grammar.text(part.children[0]))") }
      if !isUsed(1) { found.append("\(production): with \(grammar.text(part.children[0]))") }
    default: break
    }
    for child in part.children { collectUnused(child, of: production, into: &found) }
  }
}
