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
    #expect(conformance.shortest == nil)
  }

  /// Sentences of the grammar, those that other tests spell out, and all of these with one token changed.
  @Test func sentencesAreTextsAndOthersAreNot() {
    let run = onThread(stack: 64 << 20) {
      var run = GrammarRun(seed: 20_26)
      run.checkExamples()
      run.generate(count: 600)
      while !run.conformance.unused.isEmpty, run.conformance.accepted < 3000 { run.generate(count: 100) }
      return run
    }
    #expect(run.conformance.shortest == nil)
    #expect(run.conformance.unused == [], "never used by a sentence")
    #expect(run.conformance.accepted > run.conformance.refused * 4)
    let damaged = onThread(stack: 64 << 20) {
      var run = run
      run.damageEachProduction(times: 4)
      return run
    }
    #expect(damaged.conformance.shortest == nil)
    #expect(damaged.neverRefused == [], "no change of a token makes it wrong")
  }

  @Test func randomSentencesFuzz() {
    let seed = environment("MICA_SEED") ?? UInt64.random(in: 0..<1_000_000_000)
    print("GrammarTests: seed \(seed)")
    let end = ContinuousClock.now + .seconds(Int(environment("MICA_SOAK_SECONDS") ?? 2))
    let run = onThread(stack: 64 << 20) {
      var run = GrammarRun(seed: seed)
      repeat {
        run.generate(count: 20)
        run.damageEachProduction(times: 1)
      } while ContinuousClock.now < end && run.conformance.disagreements.isEmpty
      return run
    }
    #expect(run.conformance.shortest == nil, "seed \(seed)")
  }

  /// Two ways to read one text are found: of a grammar that has a member twice.
  @Test func ambiguityShows() {
    let text = Grammar.text.replacing("::= arguments | segment", with: "::= arguments | segment | \".\" member")
    var recogniser = Recogniser(Grammar(text))
    func ways(_ expression: String) -> Int {
      recogniser.derivations(of: GrammarLexer.mica.tokens(of: Array("block B() { x = \(expression) }".utf8))).count
    }
    #expect(ways("y(z)") == 1)
    #expect(ways("y.z") == 2)
    #expect(ways("y z") == 0)
  }

  /// What the prose of the grammar forbids is refused by both.
  @Test(arguments: [
    "x = x[a:b:c: F(y)]", "x = f(g=(a: F)\n{ return x })", "x = a < b < c", "x = a |> f + b", "x = f32[2]", "x = y[]",
    "x = [...]: F(y)", "x = [*a]: F(y)", "x = [a,]: F(y)", "x = a: b: F(y)", "x = type seq < a", "x = 1.", "x = .5",
    "x = 1 .. 2", "x = ints[]: F(y)", "x = {}", "x = (..., 1)", "(x) = y", "f(x)", "a == b", "x = y z", "x = `a",
    "use onnx 21", "x = # y\n z", "x = 'a\nb'", "x = y;", "c64 = x", "x = a and b", "x = a.0", "if a: { }",
  ])
  func sideConditions(statement: String) {
    let text = "block B() {\n\(statement)\n}"
    var conformance = Conformance(.mica)
    #expect(conformance.check(Array(text.utf8)) == nil)
    #expect(conformance.disagreements == [])
  }

  /// A type takes the dimensions that follow it, but a newline ends a step of a recipe.
  @Test(arguments: ["type scope\n[!seq]: const", "f32\n[a]: const", "type f32\n[a]", "!type T\n[1, 2]", "x\n[y]"])
  func stepsThatBeginWithBrackets(steps: String) {
    var conformance = Conformance(.mica)
    #expect(conformance.check(Array("recipe r for m {\n\(steps)\n}".utf8)) != nil)
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

  /// What chance seldom comes to.
  private static let sentences = [
    """
    block B() {
        (@name("v") a), @name("w") b, @doc("d")
            *c = if x { 1 } else if y { 2 } else { if z { 3 } else { 4 } }
        repeat a, _ in [..., 1,] { @x @y(1) (@z _) = f32[2]{1.0, -2.0,} }
    }
    """,
    "operator d.F() -> sparse T[N,]\n  where !a == !b\n  macs = type\n{ require [a] == [b], \"why\" }",
  ]

  /// The texts that other tests use as examples, and some more.
  mutating func checkExamples() {
    for text in ExampleTexts.all + Self.sentences { conformance.check(Array(text.utf8)) }
  }

  mutating func generate(count: Int) {
    for _ in 0..<count {
      generator.uses = conformance.uses
      let size = Int.random(in: 3...120, using: &generator.random)
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
