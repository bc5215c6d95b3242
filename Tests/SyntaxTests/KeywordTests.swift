import Syntax
import Testing

/// Words that are keywords only where a statement may start and what follows fits.
@Suite struct KeywordTests {
  static let contextual = [
    "use", "import", "model", "block", "operator", "recipe", "param", "buffer", "const", "layer", "repeat", "scope",
    "weights", "require", "where", "macs", "for", "in", "as", "type", "sparse", "seq", "optional", "map", "ints",
    "opset",
  ]

  @Test(arguments: contextual)
  func areNames(word: String) {
    #expect(
      outline(body: "\(word) = f(\(word), \(word)=\(word))")
        == "(binding (target \(word)) (call f (args \(word) (= \(word) \(word)))))")
    #expect(outline(body: "\(word), y = f()") == "(binding (target \(word)) (target y) (call f (args)))")
    #expect(
      outline(body: "\(word): f32[N] = x") == "(binding (target \(word) (tensor f32 (dims N))) x)")
    #expect(
      outline(body: "x = \(word)[i].\(word): F(x)")
        == "(binding (target x) (label (member (index \(word) i) \(word)) (call F (args x))))")
    #expect(outline(body: "param \(word): f32[N]") == "(parameterStatement \(word) (tensor f32 (dims N)))")
  }

  @Test(arguments: [
    (
      "x = model.layers[i]: Layer(x)",
      "(binding (target x) (label (index (member model layers) i) (call Layer (args x))))"
    ),
    ("layer[0]: X()", "(error (target layer) (error))\n! bare-expression"),
    ("x = layer[0]: X()", "(binding (target x) (label (index layer 0) (call X (args))))"),
    ("x = encoder.layer[i]: X()", "(binding (target x) (label (index (member encoder layer) i) (call X (args))))"),
    ("x = block[i]: X(type=i8)", "(binding (target x) (label (index block i) (call X (args (= type i8)))))"),
    ("scope model.encoder {\n}", "(scopeStatement (member model encoder) (body))"),
    ("scope scope {\n}", "(scopeStatement scope (body))"),
    ("layer layer = layer", "(layerStatement layer layer)"),
    ("repeat repeat in in {\n}", "(repeatStatement repeat in (body))"),
    ("param\nx = y", "(error (target param))\n(binding (target x) y)\n! bare-expression"),
    ("weights = \"a\"", "(binding (target weights) \"a\")"),
  ])
  func asPaths(text: String, expected: String) {
    #expect(outline(body: text) == expected)
  }

  @Test(arguments: ["if", "else", "return", "none", "true", "false", "f32", "bool", "string"])
  func reservedWordsAreNoNames(word: String) {
    #expect(outline(body: "\(word) = x").contains("!"))
    #expect(outline(body: "param \(word): f32[N]").contains("!"))
    #expect(outline(expression: "x.\(word)") == "(member x \(word))")
    #expect(outline(body: "`\(word)` = x") == "(binding (target `\(word)`) x)")
  }
}
