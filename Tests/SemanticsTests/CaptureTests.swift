import Testing

/// Sizes and element types that signatures capture from arguments.
@Suite struct CaptureTests {
  static let examples: [Example] = [
    Example(
      "names, expressions and an element type",
      """
      block Halve(x: T[N, 2 * D], D: int, y: T[N, D]) -> T[N, D] {
          return onnx.Add(y, x[:, 0:D])  //: f16[B, 3]
      }
      model m(x: f16[B, 6], y: f16[B, 3]) -> (z: f16[B, 3]) {
          return Halve(x, y, D=3)  //: f16[B, 3]
      }
      """),
    Example(
      "a size captured by one input and used by the next",
      """
      block Join(a: T[N, D], b: T[N, 2 * D]) -> T[N, 3 * D] {
          return Concat(a, b, axis=1)
      }
      model m(x: f32[B, 4], y: f32[B, 8], z: f32[B, 6]) -> (u: f32[B, 12]) {
          v = Join(x, z)  //~ shape-mismatch: 6, 2 * D = 8
          return Join(x, y)  //: f32[B, 12]
      }
      """),
    Example(
      "a pack of leading axes",
      """
      block Widen(x: T[..., D], out: int) -> T[..., out, D] {
          y: T[..., D] = Relu(x)
          return Concat(*[y[..., none, :]] + [y[..., none, :]], axis=-2)
      }
      model m(x: f32[A, B, 12]) -> (y: f32[A, B, 2, 12]) {
          return Widen(x, out=2)  //: f32[A, B, 2, 12]
      }
      """),
    Example(
      "a pack of no axes", inputs: "x: f32[12]",
      """
      return x |> fc: Linear(out_features=5)  //: f32[5]
      """),
    Example(
      "an element type that two inputs share",
      """
      block Both(a: T[N], b: T[N]) -> T[N] {
          return a + b
      }
      model m(x: f32[4], y: f16[4]) -> (z: f32[4]) {
          return Both(x, y)  //~ type-mismatch: `b` of Both, f16, f32
      }
      """),
    Example(
      "another number of axes", inputs: "x: f32[N, 4]",
      """
      return c: Conv2d(x, out_channels=3, kernel_size=1)  //~ rank-mismatch: `x` of Conv2d, f32[N, 4]
      """),
    Example(
      "fewer axes than beside the pack",
      """
      block Last(x: T[..., A, B]) -> T[...] {
          return x
      }
      model m(x: f32[4]) -> (y: f32[4]) {
          return Last(x)  //~ rank-mismatch: `x` of Last
      }
      """),
    Example(
      "a default from captured sizes",
      """
      block Mlp(x: T[N, D], hidden: int = 4 * D, out: int = hidden / 2) -> T[N, out] {
          return x |> fc1: Linear(out_features=hidden) |> fc2: Linear(out_features=out)
      }
      model m(x: f32[B, 6]) -> (y: f32[B, 12], z: f32[B, 5], w: f32[B, 4]) {
          a = a: Mlp(x)  //: f32[B, 12]
          b = b: Mlp(x, hidden=10)  //: f32[B, 5]
          c = c: Mlp(x, out=4)  //: f32[B, 4]
          return a, b, c
      }
      """),
    Example(
      "a size that is configuration is checked",
      """
      block Wide(x: T[N, width], width: int = 8) -> T[N, width] {
          return Relu(x)
      }
      model m(x: f32[B, 8], y: f32[B, 9]) -> (z: f32[B, 8]) {
          a = Wide(y, width=9)  //: f32[B, 9]
          b = Wide(y)  //~ shape-mismatch: 9, width = 8
          return Wide(x)
      }
      """),
    Example(
      "an ascription captures", inputs: "x: f32[N, 4]",
      """
      y: f32[M, D] = x |> fc: Linear(out_features=6)  //: f32[N, 6]
      return Reshape(y, [D, M])  //: f32[6, N]
      """),
    Example(
      "an ascription is checked", inputs: "x: f32[N, 4]",
      """
      y: f32[N, 5] = Relu(x)  //~ shape-mismatch: 5, 4
      z: f16[N, 4] = Relu(x)  //~ type-mismatch: f16, f32
      w: f32[N] = Relu(x)  //~ rank-mismatch: f32[N, 4]
      """),
    Example(
      "a result is checked against the signature",
      """
      block Bad(x: T[N, C]) -> T[N, 2 * C] {
          return Relu(x)  //~ shape-mismatch: 4, 2 * C = 8
      }
      model m(x: f32[B, 4]) -> (y: f32[B, 4]) {
          return Bad(x)
      }
      """),
    Example(
      "a signature tells what inference cannot",
      """
      block Known(x: T[N, C]) -> T[N, 2] {
          return Compress(x, Cast(x[0, :], to=bool), axis=1)
      }
      model m(x: f32[B, 4]) -> (y: f32[B, 2]) {
          y = Known(x)  //: f32[B, 2]
          return Relu(y)  //: f32[B, 2]
      }
      """),
    Example(
      "different symbols are not taken as equal",
      """
      block Same(a: T[N, D], b: T[M, D]) -> T[N, D] {
          return Relu(a)
      }
      block Sum(a: T[N, D], b: T[N, D]) -> T[N, D] {
          return Relu(a)
      }
      model m(x: f32[P, 4], y: f32[Q, 4]) -> (z: f32[P, 4]) {
          z = Same(x, y)  //: f32[P, 4]
          return Sum(x, y)  //~ undetermined-size: Q, P
      }
      """),
    Example(
      "a broadcast of different symbols", inputs: "x: f32[P], y: f32[Q]",
      """
      return x + y  //~ undetermined-broadcast: P, Q
      """),
    Example(
      "a list of inputs",
      """
      block Cat(*parts: T[N, ?]) -> T[N, ?] {
          return Concat(*parts, axis=1)
      }
      model m(x: f32[B, 2], y: f32[B, 3]) -> (z: f32[B, 7]) {
          return Cat(x, y, x)  //: f32[B, 7]
      }
      """),
    Example(
      "an input that is left out",
      """
      block Masked(x: T[N], mask: T[N] = none) -> T[N] {
          if mask != none {
              x = x * mask  //: f32[B]
          }
          return x
      }
      model m(x: f32[B], y: f32[B]) -> (z: f32[B]) {
          a = Masked(x)
          b = Masked(x, none)
          c = Masked(x, mask=none)
          return Masked(x, mask=y) + Masked(a, y) + b + c
      }
      """),
    Example(
      "an input that is needed",
      """
      block Two(a: T[N], b: T[N]) -> T[N] {
          return a + b
      }
      model m(x: f32[B]) -> (z: f32[B]) {
          y = Two(x)  //~ missing-argument: Two, b
          y = Two(x, none)  //~ missing-argument: Two, b
          y = Two(x, x, x)  //~ too-many-arguments: 2, 3
          y = x |> Two(x, x, b=x)  //~ too-many-arguments: 2, 4
          y = x |> Two(a=x, b=x)  //~ duplicate-name: a
          y = x |> Two(x, b=x)  //~ duplicate-name: b
          y = x |> Two(a=x)  //~ duplicate-name: a, the pipe, b
          return x |> Two(b=x)
      }
      """),
    Example(
      "a model is called like a block",
      """
      model inner(x: f32[N, 4], wide: int = 6) -> (y: f32[N, wide]) {
          return fc: Linear(x, out_features=wide)
      }
      model outer(x: f32[B, 4]) -> (y: f32[B, 7]) {
          return inner: inner(x, wide=7)  //: f32[B, 7]
      }
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }
}
