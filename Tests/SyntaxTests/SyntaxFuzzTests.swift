import Syntax
import Testing

/// Random damage to good texts: the invariants hold, and a declaration after the damage is found.
@Suite struct SyntaxFuzzTests {
  /// A declaration that no damage before it may hide.
  private static let after = "\nblock After(x: T[N]) -> T[N] {\n    y = Relu(x)\n    return y\n}\n"
  /// How the declaration ends; annotations that were before the damage may have become its own.
  private static let afterOutline = """
     After (parameters (parameter x (tensor T (dims N)))) (resultList (tensor T (dims N))) \
    (body (binding (target y) (call Relu (args x))) (returnStatement y)))
    """

  private static let pieces = [
    "(", ")", "[", "]", "{", "}", "`", "`a{", "}`", "\"", "'", "\\", "\n", "\n\n    ", " ", "//", "///", ",", ":", ";",
    ".",
    "...", "..<", "?", "~", "$", "@", "@name(\"x\")", "=", "==", "+", "-", "*", "**", "/", "%", "!", "&&", "||", "|>",
    "->",
    "if", "else", "return", "none", "_", "f32", "f32[", "sparse ", "type ", "seq<", ">", "ints []", "param ", "repeat ",
    "in ", "scope ", "layer ", "const ", "weights \"", "require ", "where ", "block ", "model ", "recipe ", "operator ",
    "use ", "import ", "macs = ", "b\"", "1.", ".5", "0x", "1e", "é", "\u{0}", "\r", "\t", "x", "l: F(", "k=",
  ]

  @Test func damagedTextsKeepTheInvariants() {
    let seed = environment("MICA_SEED") ?? UInt64.random(in: 0..<1_000_000_000)
    print("SyntaxFuzzTests: seed \(seed)")
    let seconds = environment("MICA_SOAK_SECONDS") ?? 2
    let end = ContinuousClock.now + .seconds(Int(seconds))
    var generator = SplitMix(state: seed)
    var texts = 0
    while ContinuousClock.now < end || texts < 100 {
      var bytes = Array((ExampleTexts.all.randomElement(using: &generator) ?? "").utf8)
      for _ in 0..<Int.random(in: 1...6, using: &generator) { damage(&bytes, using: &generator) }
      texts += 1
      let source = bytes + Array(Self.after.utf8)
      let tree = SyntaxTree.parse(source)
      var found = violations(of: tree)
      let last = Array(tree.root.children).last
      let isText = tree.problems.first != "! not-text"
      if isText, last?.kind != .blockDeclaration || last?.outline.hasSuffix(Self.afterOutline) != true {
        found.append("the last block is gone")
      }
      found += violations(of: SyntaxTree.parseExpression(bytes))
      #expect(found == [], "seed \(seed), text \(texts): \(String(decoding: bytes, as: UTF8.self))")
      if !found.isEmpty { break }
    }
  }

  /// Changes a text at one place: by bytes, by pieces of the language, or by whole tokens.
  private func damage(_ bytes: inout [UInt8], using generator: inout SplitMix) {
    guard !bytes.isEmpty else {
      bytes = [UInt8.random(in: 0...255, using: &generator)]
      return
    }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let end = min(bytes.count, place + Int.random(in: 1...20, using: &generator))
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 3: bytes.removeLast(bytes.count - place)
    case 4, 5: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: place)
    default:
      let tokens = SyntaxTree.parse(bytes).tokens
      guard tokens.count > 1 else { return }
      let (a, b) = (
        Int.random(in: 0..<tokens.count - 1, using: &generator), Int.random(in: 0..<tokens.count - 1, using: &generator)
      )
      let piece = Array(bytes[tokens.range(b)])
      if Bool.random(using: &generator) {
        bytes.replaceSubrange(tokens.range(a), with: piece)
      } else {
        bytes.removeSubrange(tokens.range(a))
      }
    }
  }
}
