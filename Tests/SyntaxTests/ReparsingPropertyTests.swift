import Syntax
import Testing

/// A tree that was made by reading only what an edit touched is the tree of the whole text.
@Suite struct ReparsingPropertyTests {
  private static let pieces = [
    " ", "\n", "\n    ", "x", "a", "1", ", 2", "(", ")", "()", "[0]", "=", "y = Relu(x)", "\n    y = Relu(x)\n",
    "\n        z = Add(x, y)", "// note", "/", "|> Relu", "\n        |> Relu", ".weight", "-", "*", "if", "`a b`", ";",
    "l: ", "@name(\"x\")", "none", "repeat i in 0..<3 {\n    }", "{", "}", "\"", "é",
  ]

  @Test func editedTreesAreThoseOfTheWholeText() {
    let seed = environment("MICA_SEED") ?? UInt64.random(in: 0..<1_000_000_000)
    print("ReparsingPropertyTests: seed \(seed)")
    let end = ContinuousClock.now + .seconds(Int(environment("MICA_SOAK_SECONDS") ?? 2))
    var generator = SplitMix(state: seed)
    var (edits, inPlace) = (0, 0)
    while ContinuousClock.now < end || edits < 200 {
      var tree = SyntaxTree.parse(Array((ExampleTexts.all.randomElement(using: &generator) ?? "").utf8), file: 3)
      for _ in 0..<12 {
        var source = tree.source
        let (range, piece) = edit(of: tree, using: &generator)
        source.replaceSubrange(range, with: piece)
        edits += 1
        let whole = SyntaxTree.parse(source, file: 3)
        let context = "seed \(seed), edit \(edits): \(range) \(String(decoding: piece, as: UTF8.self).debugDescription)"
        if let edited = tree.reparsedInPlace(source, replacing: range, with: piece.count, file: 3) {
          inPlace += 1
          #expect(difference(edited, whole) == nil, "\(context) in\n\(String(decoding: tree.source, as: UTF8.self))")
          if difference(edited, whole) != nil { return }
          tree = edited
        } else {
          // What is broken is put right again.
          if whole.diagnostics.isEmpty { tree = whole }
        }
      }
    }
    #expect(inPlace * 10 > edits, "only \(inPlace) of \(edits) edits were read in place")
  }

  /// A range that is replaced, most often by something that may stand there.
  private func edit(of tree: SyntaxTree, using generator: inout SplitMix) -> (Range<Int>, [UInt8]) {
    let token = tree.tokens.range(Int.random(in: 0..<tree.tokens.count, using: &generator))
    let other = tree.tokens.range(Int.random(in: 0..<tree.tokens.count, using: &generator))
    let piece = Array((Self.pieces.randomElement(using: &generator) ?? "").utf8)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return (token, Array(tree.source[other]))
    case 1: return (token, piece)
    case 2: return (token, [])
    case 3: return (token.upperBound..<token.upperBound, piece)
    case 4: return (token.lowerBound..<token.lowerBound, Array(tree.source[other]))
    case 5:
      let place = Int.random(in: 0...tree.source.count, using: &generator)
      return (place..<min(tree.source.count, place + Int.random(in: 0...30, using: &generator)), piece)
    case 6: return (token, [tree.source[token].first ?? UInt8(ascii: "x"), UInt8(ascii: "q")])
    default: return (token, Array(tree.source[token]) + Array(" ".utf8))
    }
  }

  /// The first thing in which two trees differ.
  private func difference(_ left: SyntaxTree, _ right: SyntaxTree) -> String? {
    if left.diagnostics != right.diagnostics { return "diagnostics: \(right.diagnostics.map(\.message))" }
    if left.source != right.source { return "text" }
    let (found, wanted) = (left.tokens, right.tokens)
    if found.kinds != wanted.kinds { return "kinds of tokens" }
    for token in 0..<found.count {
      if found.range(token) != wanted.range(token) { return "places of tokens" }
      if found.followsNewline(token) != wanted.followsNewline(token) { return "newlines" }
      if found.indentation(token) != wanted.indentation(token) { return "indentations" }
    }
    return difference(left.root, right.root)
  }

  private func difference(_ left: Syntax, _ right: Syntax) -> String? {
    if left.kind != right.kind || left.tokens != right.tokens { return "\(left) is \(right)" }
    let (found, wanted) = (Array(left.children), Array(right.children))
    if found.count != wanted.count { return "\(left) has \(found.count) children of \(wanted.count)" }
    for (child, other) in zip(found, wanted) {
      if let difference = difference(child, other) { return difference }
    }
    return nil
  }
}
