import Graphs
import Tensors
import Testing

/// Numbers without an element type, constants, parameters.
@Suite struct LiteralTests {
  static let examples: [Example] = [
    Example(
      "a number takes the type of the tensor that it meets", inputs: "x: f16[N], i: i64[N], b: bool[N], d: f64[N]",
      """
      a = x * 0.5  //: f16[N]
      a = 1 - x  //: f16[N]
      a = x ** 2  //: f16[N]
      a = 2 ** x  //: f16[N]
      a = Pow(2, d)  //: f64[N]
      a = i ** 0.5  //~ type-mismatch: fraction, i64
      a = i + 1  //: i64[N]
      a = i % 2  //: i64[N]
      a = x % 2  //: f16[N]
      a = 2 * d  //: f64[N]
      a = -x  //: f16[N]
      a = x > 0  //: bool[N]
      a = x == 0.5  //: bool[N]
      a = i != 3  //: bool[N]
      a = b && true  //: bool[N]
      a = !b  //: bool[N]
      a = b || b  //: bool[N]
      a = Clip(x, 0, 6)  //: f16[N]
      a = Clip(x, max=6.0)  //: f16[N]
      a = Where(b, x, 0)  //: f16[N]
      a = Where(b, 0.5, x)  //: f16[N]
      a = x + [1]  //: f16[N]
      a = Max(x, 0)  //: f16[N]
      """),
    Example(
      "a fraction with integers", inputs: "i: i64[N]",
      """
      a = i * 0.5  //~ type-mismatch: a fraction, i64
      a = Add(i, 1.5)  //~ type-mismatch: a fraction, i64
      a = i + 1.0  //~ type-mismatch: a fraction, i64
      """),
    Example(
      "tensors never promote", inputs: "x: f32[N], y: f16[N]",
      """
      a = x + y  //~ type-mismatch: f32, f16
      a = x + Cast(y, to=f32)  //: f32[N]
      a = x + f32(y)  //: f32[N]
      """),
    Example(
      "a number alone", inputs: "x: f32[N]",
      """
      a = Identity(1)  //: i64[]
      a = Identity(0.5)  //: f32[]
      a = Identity([1, 2])  //: i64[2]
      a = Identity([1, 0.5])  //: f32[2]
      a = Identity([[1, 2, 3], [4, 5, 6]])  //: i64[2, 3]
      a = Identity(f16(0.5))  //: f16[]
      a = Identity(f16([0.5, 1]))  //: f16[2]
      a = Identity(u8(255))  //: u8[]
      a = Identity(true)  //: bool[]
      a = Range(0, 10, 2)  //: i64[5]
      a = Expand(0.5, [2, 3])  //: f32[2, 3]
      """),
    Example(
      "a captured element type",
      """
      block Shift(x: T[N]) -> T[N] {
          zero = T(0.0)
          return Max(x, zero) + T([0.5])
      }
      model m(x: f16[K], y: f64[K]) -> (u: f16[K], v: f64[K]) {
          return Shift(x), Shift(y)
      }
      """),
    Example(
      "what an element type cannot hold", inputs: "i: i8[N]",
      """
      a = i + 128  //~ type-mismatch: 128, i8
      a = i + 127  //: i8[N]
      a = u8(-1)  //~ type-mismatch: -1, u8
      a = i64(0.5)  //~ type-mismatch: a fraction, i64
      a = f32("a")  //~ wrong-kind: numbers, a string
      a = f32()  //~ wrong-kind: a conversion
      a = Identity([[1, 2], [3]])  //~ wrong-kind: numbers, a list
      """),
    Example(
      "constants", inputs: "x: f32[N, 2]",
      """
      const k: f32[2] = [1, 0.5]
      const s: f32[] = 2
      const z: f32[2] = 0
      const n: i64[0] = []
      const m: f32[2, 2] = [[1, 2], [3, 4]]
      y = x * k + s + z  //: f32[N, 2]
      y = x @ m  //: f32[N, 2]
      y = x * f32[2]{0.1, 0.2}  //: f32[N, 2]
      y: f32[3] = [1, 2, 3]
      z = Identity(y)  //: f32[3]
      w = Concat(n, n, axis=0)  //: i64[0]
      """),
    Example(
      "constants of the wrong size or type", inputs: "x: f32[N, 2]",
      """
      const a: f32[2] = [1, 2, 3]  //~ element-count-mismatch: 3, [2]
      const b: f32[N] = 0  //~ open-size: f32[N]
      const c: i64[2] = [1, 0.5]  //~ type-mismatch: a fraction, i64
      const d: i64[2] = f32[2]{1, 2}  //~ type-mismatch: f32, i64
      const e: i64[3] = i64[2]{1, 2}  //~ element-count-mismatch: 2, [3]
      const f: i64[2] = x  //~ wrong-kind: numbers, a tensor
      const g: f32[9223372036854775807, 9] = 0  //~ too-large
      const h: bool[] = 0.5  //~ type-mismatch: a fraction, bool
      y: f32[3] = f32[2]{1, 2}  //~ shape-mismatch: 3, 2
      z = f32[N]{1, 2}  //~ open-size: f32[N]
      w = f32[2]{1, 2, 3}  //~ element-count-mismatch: 3, [2]
      y: f32[3] = [1, 2]  //~ element-count-mismatch: 2, [3]
      y: int = 3  //~ wrong-kind
      return x + a + b + c + d + e + f + g
      """),
    Example(
      "a tensor literal that is converted", inputs: "x: f16[2]",
      """
      y = x * f16(f32[2]{1, 2})  //: f16[2]
      """),
    Example(
      "parameters and their initialisers", inputs: "x: f32[N, 4]",
      """
      param a: f32[4] = zeros
      param b: f32[4] = ones
      param c: f32[4] = normal(std=0.5)
      param d: f32[4] = uniform(bound=0.5)
      param e: f32[4] = constant(value=3)
      param f: f32[4] = 0.5
      param g: f32[4, 4] = kaiming_uniform
      param h: f32[4, 4] = kaiming_normal
      param i: f32[4, 4] = xavier_uniform
      param j: f32[4, 4] = xavier_normal
      param k: f32[4]
      param l: i64[4] = 3
      buffer m: f32[4] = zeros
      param o: f32[4] if 1 > 2
      require o == none
      return (x + a + b + c + d + e + f + k + m) @ (g + h + i + j)
      """),
    Example(
      "truth values are no numbers", inputs: "x: f32[N, 4], b: bool[N, 4]",
      """
      a = x + true  //~ type-mismatch: true, f32, a number
      c = false * x  //~ type-mismatch: false, f32
      d = Where(1, x, x)  //~ type-mismatch: 1, bool, true or false
      e = If(1, then_branch={ return x }, else_branch={ return x })  //~ type-mismatch: 1, bool
      f = b && 0  //~ type-mismatch: 0, bool
      g = Where([[true, false, true, true]], x, 0)  //: f32[N, 4]
      h = f32(true)
      k = x * h  //: f32[N, 4]
      l = bool(1) || b  //: bool[N, 4]
      """),
    Example(
      "numbers beyond 64 bits", inputs: "x: f32[N, 4]",
      """
      a = x * 1e400  //~ malformed-number: inf
      b = x * -1e400  //~ malformed-number: inf
      c = x * 1e40  //~ type-mismatch: f32
      d = x * inf  //: f32[N, 4]
      """),
    Example(
      "tensors of strings", inputs: "s: string[N, 2]",
      """
      const names: string[2] = ["a", "b"]
      a = Constant(value=string[2]{"a", 'b'})  //: string[2]
      b = StringConcat(s, "x")  //: string[N, 2]
      c = StringConcat(s, names)  //: string[N, 2]
      d = Constant(value=string[2]{"a", 1})  //~ wrong-kind: strings
      e = Constant(value=string[3]{"a", "b"})  //~ element-count-mismatch: 2, 3
      """),
    Example(
      "initialisers that are none", inputs: "x: f32[N, 4]",
      """
      param a: f32[4] = zeroes  //~ unknown-initializer: zeroes, zeros
      param b: f32[4] = Relu(x)  //~ unknown-initializer: Relu(x)
      param c: i64[4] = normal(std=0.5)  //~ unknown-initializer: c, i64
      param d: i64[4] = 0.5  //~ unknown-initializer: d, i64
      param e: f32[4] = normal(sdt=0.5)  //~ unknown-argument: normal, sdt, std
      param f: f32[4] = x  //~ unknown-initializer: x
      param g: f32[4] = normal(std=-1)  //~ unknown-initializer: g
      return x + a + b + c + d + e + f + g
      """),
    Example(
      "parameters of open or impossible sizes", inputs: "x: f32[N, 4]",
      """
      param a: f32[N, 4]  //~ open-size: a, f32[N, 4]
      param b: f32[2 - 3]  //~ negative-size: -1
      param c: f32[9223372036854775807, 2]  //~ too-large: c
      param d: f32[4] if x > 0  //~ undecidable: x > 0
      param f: f32[...]  //~ open-size: f
      param g: f32[nowhere]  //~ unknown-name: nowhere
      return x + a + b + c + d + f + g
      """),
    Example(
      "a parameter of an unknown size", inputs: "x: f32[N, 4]",
      """
      param a: f32[?]  //~ open-size: a
      return x + a
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  /// Literals and the bits of the constant that they become, beside a tensor of the type.
  @Test(arguments: [
    ("f32", "0.5", 0x3F00_0000), ("f16", "0.5", 0x3800), ("bf16", "0.5", 0x3F00), ("f64", "0.1", 0x3FB9_9999_9999_999A),
    ("f32", "0.1", 0x3DCC_CCCD), ("f32", "inf", 0x7F80_0000), ("i64", "9007199254740993", 9_007_199_254_740_993),
    ("i32", "-1", 0xFFFF_FFFF), ("u8", "255", 255), ("f16", "65504", 0x7BFF),
  ])
  func constantsAreExact(type: String, literal: String, bits: Int) throws {
    let elaborated = Elaborated("model m(x: \(type)[N]) {\n  return Max(x, \(literal))\n}\n")
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    let graph = elaborated.graph
    let tensors =
      graph.nodes.indices.compactMap { graph.nodes[$0][attribute: "value"]?.tensor }
      + graph.regions[graph.body].initializers.map(\.tensor)
    let tensor = try #require(tensors.first)
    #expect(tensor.sizes == [])
    guard case .bytes(let bytes) = tensor.storage else {
      Issue.record("the constant is not stored as bytes")
      return
    }
    #expect(bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == UInt64(bits))
  }
}
