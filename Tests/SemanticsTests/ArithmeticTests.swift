import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// What is computed before the graph runs.
@Suite struct ArithmeticTests {
  /// Integer expressions of N and H (a multiple of 32), and what they come to.
  static let integers: [(String, String)] = [
    ("(7 + 0) / 2", "3"), ("-7 / 2", "-4"), ("7 % 3", "1"), ("-7 % 3", "2"), ("7 / -2", "-4"), ("2 ** 10", "1024"),
    ("-2 ** 2", "-4"), ("(-2) ** 3", "-8"), ("2 ** 0", "1"), ("0 ** 0", "1"), ("2 * 3 + 4", "10"), ("2 + 3 * 4", "14"),
    ("10 - 4 - 3", "3"), ("100 / 10 / 5", "2"), ("2 ** 3 ** 2", "512"), ("(2 ** 3) ** 2", "64"),
    ("min(3, 1, 2)", "1"), ("max(3, 1, 2)", "3"), ("min([4, 2])", "2"), ("max(5)", "5"), ("len([1, 2, 3])", "3"),
    ("len([])", "0"), ("len([1] + [2, 3])", "3"), ("[4, 5, 6][1]", "5"), ("[4, 5, 6][-1]", "6"),
    ("[4, 5, 6][1:][0]", "5"), ("len([4, 5, 6][:2])", "2"), ("len([4, 5, 6][2:1])", "0"),
    ("[[1, 2], [3, 4]][1, 0]", "3"),
    ("[[1, 2], [3, 4]][1][0]", "3"), ("len([*[1, 2], 3])", "3"), ("floor(2.7)", "2"), ("ceil(2.1)", "3"),
    ("floor(-2.5)", "-3"), ("ceil(-2.5)", "-2"), ("floor(5)", "5"), ("floor(sqrt(17))", "4"), ("floor(7 / 2.0)", "3"),
    ("rank(x)", "4"), ("N", "N"), ("N * 4 / 2", "2*N"), ("(N + N) / 2", "N"), ("H / 32 * 32", "H"), ("H % 32", "0"),
    ("H / 2 * 2 - H", "0"), ("N - N", "0"), ("N ** 2 / N", "N"), ("max(N, 1)", "N"), ("min(N, 0)", "0"),
    ("len([N, N])", "2"),
    ("if 1 < 2 { 3 } else { 4 }", "3"), ("if \"a\" == \"a\" { 1 } else { 0 }", "1"),
    ("if [1, 2] == [1, 2] { 1 } else { 0 }", "1"), ("if [1, 2] == [1] { 1 } else { 0 }", "0"),
    ("if f32 != f16 { 1 } else { 0 }", "1"), ("if none == none { 1 } else { 0 }", "1"),
    ("if x == none { 1 } else { 0 }", "0"), ("if true != false { 1 } else { 0 }", "1"),
    ("if 1 <= 1 && 2 >= 2 { 1 } else { 0 }", "1"), ("if 1.5 < 2 { 1 } else { 0 }", "1"),
    ("if 1 == 1.0 { 1 } else { 0 }", "1"), ("if \"a\" + \"b\" == \"ab\" { 1 } else { 0 }", "1"),
    ("9223372036854775807", "9223372036854775807"),
  ]

  @Test(arguments: integers)
  func integerExpressions(_ expression: String, value: String) {
    // A size shows any expression, also one that comes to a negative number.
    let source = """
      model m(x: f32[N, 3, H, 8]) where H % 32 == 0 {
          k = \(expression)
          return ConstantOfShape([if k < 0 { -k } else { k }])
      }
      """
    let elaborated = Elaborated(source)
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let result = elaborated.graph.regions[elaborated.graph.body].outputs.first.map { elaborated.graph.values[$0].type }
    #expect(result?.description == "f32[\(value.drop { $0 == "-" })]")
    let sign = Elaborated(
      "model m(x: f32[N, 3, H, 8]) where H % 32 == 0 {\n  k = \(expression)\n  require k \(value.first == "-" ? "<" : ">=") 0\n  return x\n}"
    )
    #expect(sign.diagnostics.map(sign.describe) == [])
  }

  /// Expressions and what an attribute of floating point gets of them.
  static let fractions: [(String, Float)] = [
    ("2 ** -1", 0.5), ("4 ** 0.5", 2), ("64 ** -0.5", 0.125), ("2.0 ** 3", 8), ("1 / 2.0", 0.5), ("1.0 / 4", 0.25),
    ("sqrt(2.25)", 1.5), ("sqrt(16)", 4), ("max(0.5, 2)", 2), ("min(0.5, 2)", 0.5), ("3", 3), ("-0.5", -0.5),
    ("0.5 + 1", 1.5), ("1 - 0.25", 0.75), ("3 * 0.5", 1.5), ("1e-3 * 1000", 1), ("0x1p-2", 0.25),
    ("max([0.25, 0.75])", 0.75), ("if 1 > 2 { 0.5 } else { 1.5 }", 1.5), ("inf", .infinity), ("-inf", -.infinity),
  ]

  @Test(arguments: fractions)
  func fractionalExpressions(_ expression: String, value: Float) throws {
    let elaborated = Elaborated("model m(x: f32[N]) {\n  return LeakyRelu(x, alpha=\(expression))\n}\n")
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let node = try #require(elaborated.graph.nodes.indices.first { _ in true })
    #expect(elaborated.graph.nodes[node][attribute: "alpha"]?.float == value)
  }

  static let examples: [Example] = [
    Example(
      "what has no meaning", inputs: "x: f32[N, 4]",
      """
      a = 1 + "a"  //~ wrong-kind: an integer, a string
      b = [1] * 2  //~ wrong-kind: a list
      c = true + 1  //~ wrong-kind: a truth value
      d = f32 < f16  //~ wrong-kind: an element type
      e = 1.5 % 1.0  //~ wrong-kind: a fraction
      f = none + 1  //~ wrong-kind: none
      g = x + none  //~ wrong-kind: none
      h = none * x  //~ wrong-kind: none
      i = 1 @ 2  //~ wrong-kind: an integer
      j = 1 && 2  //~ wrong-kind: an integer
      """),
    Example(
      "division by zero", inputs: "x: f32[N, 4]",
      """
      a = 3 / 0  //~ division-by-zero
      b = N % 0  //~ division-by-zero
      c = 3 / (N - N)  //~ division-by-zero
      return x + a + b + c
      """),
    Example(
      "a quotient that is rounded", inputs: "x: f32[N, 4]",
      """
      a = 7 / 2  //~ inexact-division: 7, 2, 3
      b = 8 / 2
      c = (3 + 4) / 2
      """),
    Example(
      "functions of what they do not take", inputs: "x: f32[N, 4]",
      """
      a = len(3)  //~ wrong-kind: len, an integer
      b = sqrt("a")  //~ wrong-kind: sqrt, a string
      c = rank(3)  //~ wrong-kind: rank
      d = max()  //~ wrong-kind: max, nothing
      e = min(1, "a")  //~ wrong-kind: min
      f = floor([1])  //~ wrong-kind: floor
      g = len([1], [2])  //~ wrong-kind: len
      h = max([])  //~ wrong-kind: max
      i = floor(1e300)  //~ wrong-kind: floor
      """),
    Example(
      "an index outside", inputs: "x: f32[N, 4]",
      """
      l = [1, 2, 3]
      a = l[3]  //~ index-out-of-range: 3
      b = l[-4]  //~ index-out-of-range: -4, 3
      c = l[N]  //~ open-size: N
      d = l[0][0]  //~ wrong-kind: a list
      e = 3[0]  //~ wrong-kind: a tensor or a list
      f = l["a"]  //~ wrong-kind: an integer
      """),
    Example(
      "integers beyond 64 bits", inputs: "x: f32[N, 4]",
      """
      a = 9223372036854775808  //~ malformed-number: 64
      b = 9223372036854775807 + 1  //~ too-large
      c = 2 ** 64  //~ too-large
      d = (-9223372036854775807 - 1) / -1  //~ too-large
      e = (-9223372036854775807 - 1) % -1
      f = -(-9223372036854775807 - 1)  //~ too-large
      g = 3 ** 3 ** 3 ** 3  //~ too-large
      return x + a + b + c + d + f + g
      """),
    Example(
      "an exponent that only the running graph knows", inputs: "x: f32[N, 4]",
      """
      a = 2 ** N  //~ open-size: N
      return x * a
      """),
    Example(
      "unpacking", inputs: "x: f32[N, 4]",
      """
      a, b = [5, 7]
      c, *d = [1, 2, 3]
      *e, f = [1, 2, 3]
      g, *h, i = [1, 2]
      n = len(d) * 1000 + len(e) * 100 + f * 10 + len(h)
      y = ConstantOfShape([a, b, c, n, i])  //: f32[5, 7, 1, 2230, 2]
      """),
    Example(
      "unpacking what does not fit", inputs: "x: f32[N, 4]",
      """
      a, b = [5]  //~ result-count: 2, 1
      a, b = [5, 6, 7]  //~ result-count: 2, 3
      a, b = 5  //~ result-count: 2, 1
      a, b, *c = [1]  //~ result-count: 3, 1
      a, *b, c = [1]  //~ result-count: 3, 1
      a, *b, c = []  //~ result-count: 3, 0
      """),
    Example(
      "a list in a list of inputs", inputs: "x: f32[N, 4]",
      """
      parts = [x, Relu(x)]
      parts = parts + [Tanh(x)]
      y = Concat(*parts, axis=1)  //: f32[N, 12]
      z = Concat(*3, axis=1)  //~ wrong-kind: a list, an integer
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }
}
