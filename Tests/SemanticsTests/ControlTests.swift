import Semantics
import Testing

/// `repeat`, `if`, conditional expressions, `return`.
@Suite struct ControlTests {
  static let examples: [Example] = [
    Example(
      "a range, and what carries over", inputs: "x: f32[N, 4]",
      """
      n = 0
      repeat i in 1..<4 {
          x = Concat(x, x, axis=1)
          n = n + i
      }
      y = x  // 4 * 2 ** 3
      z = Flatten(x)  //: f32[N, 32]
      return ConstantOfShape([n, i])  //: f32[6, 3]
      """),
    Example(
      "ranges without a round", inputs: "x: f32[N, 4]",
      """
      repeat i in 0..<0 {  //~ unreachable: no rounds
          x = nothing
      }
      repeat i in 3..<1 {  //~ unreachable: no rounds
          x = nothing
      }
      repeat i in [] {
          x = nothing
      }
      return Relu(x)  //: f32[N, 4]
      """),
    Example(
      "a list", inputs: "x: f32[N, 4]",
      """
      w = 0
      repeat s in [3, 5] + [7] {
          w = w * 10 + s
      }
      return ConstantOfShape([w])  //: f32[357]
      """),
    Example(
      "a table, unpacked", inputs: "x: f32[N, 8, 32, 32]",
      """
      repeat c, k in [[16, 3], [24, 5]] {
          x = `conv{k}`: Conv2d(x, out_channels=c, kernel_size=k)
      }
      return Relu(x)  //: f32[N, 24, 26, 26]
      """),
    Example(
      "a table whose rows do not fit", inputs: "x: f32[N, 8]",
      """
      repeat a, b in [[1, 2], [3]] {  //~ result-count: 2, 1
          y = a
      }
      repeat a, b in [1, 2] {  //~ result-count: 2, 1
          y = a
      }
      """),
    Example(
      "nested", inputs: "x: f32[N, 4]",
      """
      n = 0
      repeat i in 0..<3 {
          repeat j in 0..<i {
              n = n * 10 + i + j
          }
      }
      return ConstantOfShape([n])  //: f32[123]
      """),
    Example(
      "bounds that only the running graph knows", inputs: "x: f32[N, 4]",
      """
      repeat i in 0..<N {  //~ open-size: N
          x = Relu(x)
      }
      return x + i
      """),
    Example(
      "what cannot be run through", inputs: "x: f32[N, 4]",
      """
      repeat i in 3 {  //~ wrong-kind: a list or a range, an integer
          y = Relu(x)
      }
      repeat i in x {  //~ wrong-kind: a list or a range, a tensor
          y = Relu(x)
      }
      return y
      """),
    Example(
      "too often", inputs: "x: f32[N, 4]",
      """
      repeat i in 0..<100001 {  //~ too-many-repetitions: 100001
          x = Relu(x)
      }
      repeat i in -5..<9223372036854775807 {  //~ too-many-repetitions
          x = Relu(x)
      }
      """),
    Example(
      "a label without an index", inputs: "x: f32[N, 4]",
      """
      repeat i in 0..<3 {
          x = fc: Linear(x, out_features=4)  //~ duplicate-label: fc, fc[i]
      }
      """),
    Example(
      "a return in a repeat ends it",
      """
      block First(x: T[N]) -> T[N] {
          repeat i in 0..<3 {
              return Relu(x)
          }
      }
      model m(x: f32[B]) -> (y: f32[B]) {
          return First(x)  //: f32[B]
      }
      """),
    Example(
      "an if, by configuration and by sizes", inputs: "x: f32[N, 4], y: f32[N, 8]",
      """
      a = if 2 * 3 == 6 { Relu(x) } else { Relu(y) }  //: f32[N, 4]
      if rank(x) == 3 {
          b = x
      } else if rank(x) == 2 {
          b = y
      } else {
          b = nothing
      }
      b = Relu(b)  //: f32[N, 8]
      if N >= 1 {
          c = Relu(x)  //: f32[N, 4]
      }
      if N + 1 != N {
          c = Relu(c)  //: f32[N, 4]
      }
      if N * 4 == 2 * N + N * 2 && !(N < 0) {
          c = Relu(c)  //: f32[N, 4]
      }
      return c
      """),
    Example(
      "a condition that cannot be decided", inputs: "x: f32[N, 4]",
      """
      if N > 3 {  //~ undecidable: N > 3, where
          y = Relu(x)
      }
      if x > 0 {  //~ undecidable: x > 0, Where, then_branch
          z = Relu(x)
      }
      if N == 2 || N == 3 {  //~ undecidable: N == 2
          z = Relu(x)
      }
      w = if N % 2 == 0 { x } else { y }  //~ undecidable: N % 2 == 0
      return x + y + z + w
      """),
    Example(
      "what a where says decides conditions, in what is called too",
      """
      block Short(x: T[S, D]) -> T[S, D] where S <= 8, D != 3 {
          return Relu(x)
      }
      model m(x: f32[N, 4], y: f32[M, 4], z: f32[N + M, K]) -> (r: f32[N, 4])
          where N > 3, N + M == 10, M != 2, N % 2 == 1 && N < 9, 2 <= K, K != 3 {
          r = x
          if N >= 4 && 2 * N <= 17 {
              a = Relu(x)  //: f32[N, 4]
          }
          if N + M == 10 && M != 2 && N % 2 == 1 && !(K < 2) && M <= 6 {
              b = Relu(y)  //: f32[M, 4]
          }
          if N > 8 || N + M == 11 || M == 2 || N % 2 == 0 {
              c = nothing
          }
          d = Short(x)  //: f32[N, 4]
          e = Short(y)  //: f32[M, 4]
          f = Short(z)  //~ requirement: Short requires `S <= 8`
          if N == 5 {  //~ undecidable: N == 5
              r = a
          }
          return r
      }
      """),
    Example(
      "what is no condition", inputs: "x: f32[N, 4]",
      """
      if "a" {  //~ wrong-kind: a condition, a string
          y = x
      }
      if [1] {  //~ wrong-kind: a condition, a list
          y = x
      }
      z = !"a"  //~ wrong-kind: a condition, a string
      w = -"a"  //~ wrong-kind: a number, a string
      v = -true  //~ wrong-kind: a number, a truth value
      """),
    Example(
      "only the branch that is taken", inputs: "x: f32[N, 4]",
      """
      a = if opset >= 13 { Relu(x) } else { NoSuchThing(x) }
      b = if true || nothing == 3 { a } else { b }
      c = if false && nothing == 3 { c } else { b }
      return c
      """),
    Example(
      "a long chain of signs is quick", inputs: "x: bool[N]",
      """
      require \(String(repeating: "!", count: 60))true
      y = \(Array(repeating: "x", count: 40).joined(separator: " && "))  //: bool[N]
      """),
    Example(
      "behind a return", inputs: "x: f32[N, 4]",
      """
      return Relu(x)
      y = Tanh(x)  //~ unreachable
      z = Tanh(x)
      """),
    Example(
      "no return",
      """
      block Nothing(x: T[N]) -> T[N] {  //~ missing-return: Nothing
          y = Relu(x)
      }
      model m(x: f32[B]) -> (y: f32[B]) {
          return Nothing(x)
      }
      model n(x: f32[B]) -> (y: f32[B]) {  //~ missing-return: n
          y = Relu(x)
      }
      """),
    Example(
      "recursion",
      """
      block A(x: T[N]) -> T[N] {
          return B(x)
      }
      block B(x: T[N]) -> T[N] {
          return A(x)  //~ recursive-block: A
      }
      model m(x: f32[B]) -> (y: f32[B]) {
          return A(x)
      }
      model n(x: f32[B]) -> (y: f32[B]) {
          return n(x)  //~ recursive-block: n
      }
      """),
    Example(
      "a fan of calls is bounded", options: ElaborationOptions(maximumSteps: 5000),
      (0..<40).map { "block B\($0)(x: T[N]) -> T[N] {\n    return B\($0 + 1)(x) + B\($0 + 1)(x)\n}\n" }.joined()
        + """
        block B40(x: T[N]) -> T[N] {
            return Relu(x)
        }
        model m(x: f32[B]) -> (y: f32[B]) {  //~ too-large: m, 5000
            return B0(x)
        }
        """),
    Example(
      "many repeats within repeats are bounded", options: ElaborationOptions(maximumSteps: 90_000),
      """
      model m(x: f32[N]) -> (y: f32[N]) {  //~ too-large: m
          repeat i in 0..<50000 {
              repeat j in 0..<50000 {
              }
          }
          return Relu(x)
      }
      """),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }
}
