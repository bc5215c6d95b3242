import Syntax
import Testing

/// The parser and `grammar/mica.ebnf` hold each other to their word.
@Suite struct GrammarTests {
  @Test func theFileIsWhole() {
    let grammar = Grammar.mica
    let names = grammar.productions.map(\.name)
    #expect(names.count > 80)
    #expect(Set(names).count == names.count)
    let used = Set(grammar.nodes.filter { $0.kind == .symbol }.map(\.text))
    #expect(used.subtracting(names) == ["EOL"])
    #expect(Set(names).subtracting(used).sorted() == ["GAP", "file"])
  }

  @Test(arguments: ExampleTexts.all)
  func examplesFollowTheGrammar(text: String) {
    var conformance = Conformance(.mica)
    #expect(conformance.check(Array(text.utf8)) != nil)
    #expect(conformance.disagreements == [])
  }

  /// Sentences of the grammar, those that other tests spell out, and all of these with one token changed.
  @Test func sentencesAreTextsAndOthersAreNot() {
    var run = GrammarRun(seed: 20_26)
    run.generate(count: 600)
    #expect(run.conformance.disagreements.prefix(5) == [])
    #expect(run.conformance.unused == [], "never used by a sentence")
    #expect(run.conformance.accepted > run.conformance.refused * 4)
    run.damageEachProduction(times: 4)
    #expect(run.conformance.disagreements.prefix(5) == [])
    #expect(run.neverRefused == [], "no change of a token makes it wrong")
  }

  @Test func randomSentencesFuzz() {
    let seed = environment("MICA_SEED") ?? UInt64.random(in: 0..<1_000_000_000)
    print("GrammarTests: seed \(seed)")
    let end = ContinuousClock.now + .seconds(Int(environment("MICA_SOAK_SECONDS") ?? 2))
    var run = GrammarRun(seed: seed)
    repeat {
      run.generate(count: 20)
      run.damageEachProduction(times: 1)
    } while ContinuousClock.now < end && run.conformance.disagreements.isEmpty
    #expect(run.conformance.disagreements.prefix(3) == [], "seed \(seed)")
  }

  @Test(arguments: [
    "a := b", "x ::= y", "x ::= ( a", "x ::= \"a\" )",
  ])
  func theRecogniserIsIndependent(text: String) {
    // What is no text of Mica is refused by both.
    var conformance = Conformance(.mica)
    #expect(conformance.check(Array(text.utf8)) == nil)
    #expect(conformance.disagreements == [])
  }
}

/// Sentences at random, and changes to them.
struct GrammarRun {
  private var generator: SentenceGenerator
  private(set) var conformance: Conformance
  /// For each production some sentences that use it, and where.
  private var sentences: [String: [(pieces: [[UInt8]], range: Range<Int>)]] = [:]
  private var refusedChanges: [String: Int] = [:]
  private let lexer = GrammarLexer.mica

  init(seed: UInt64) {
    generator = SentenceGenerator(.mica, seed: seed)
    conformance = Conformance(.mica)
  }

  mutating func generate(count: Int) {
    for _ in 0..<count {
      generator.uses = conformance.uses
      let size = Int.random(in: 3...40, using: &generator.random)
      let text = generator.render(generator.sentence(size: size))
      guard let derivation = conformance.check(text) else { continue }
      let tokens = lexer.tokens(of: text)
      // Each token with the gap before it.
      let ends = tokens.map(\.range.upperBound)
      let pieces = zip([0] + ends, ends).map { Array(text[$0..<$1]) }
      remember(derivation, pieces)
    }
  }

  private mutating func remember(_ derivation: Recogniser.Derivation, _ pieces: [[UInt8]]) {
    guard case .production(let index) = derivation.kind else { return }
    let name = conformance.grammar.productions[index].name
    if !derivation.tokens.isEmpty, pieces.count < 60 {
      var known = sentences[name] ?? []
      if known.count < 20 {
        known.append((pieces, derivation.tokens))
      } else {
        known[Int.random(in: 0..<20, using: &generator.random)] = (pieces, derivation.tokens)
      }
      sentences[name] = known
    }
    for child in derivation.children { remember(child, pieces) }
  }

  /// Deletes, inserts, replaces and swaps tokens inside what each production stands for.
  mutating func damageEachProduction(times: Int) {
    let terminals = lexer.literals.sorted() + GrammarLexer.tokenNames
    for name in sentences.keys.sorted() {
      for _ in 0..<times {
        for change in 0..<4 {
          guard let (sentence, range) = sentences[name]?.randomElement(using: &generator.random) else { continue }
          var pieces = sentence
          let token = Int.random(in: range, using: &generator.random)
          let other =
            [UInt8(ascii: " ")] + generator.spelling(of: terminals.randomElement(using: &generator.random) ?? ",")
          switch change {
          case 0: pieces.remove(at: token)
          case 1: pieces.insert(other, at: token)
          case 2: pieces[token] = other
          default: if token + 1 < pieces.count { pieces.swapAt(token, token + 1) }
          }
          if conformance.check(Array(pieces.joined())) == nil { refusedChanges[name, default: 0] += 1 }
        }
      }
    }
  }

  /// The productions in which no change of a token was refused.
  var neverRefused: [String] { sentences.keys.filter { refusedChanges[$0] == nil }.sorted() }
}
