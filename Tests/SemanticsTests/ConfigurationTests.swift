import Testing

/// Configuration: conversion to the declared type, defaults, requirements.
@Suite struct ConfigurationTests {
  static let kinds = """
    block Takes(x: T[N], i: int = 1, f: float = 1.5, b: bool = true, s: string = "s", d: dtype = f32, l: [int] = [1],
        t: [[int]] = [[1]], fs: [float] = [1.0], c: callee = Relu) -> T[N] {
        return x |> c
    }

    """

  static let examples: [Example] = [
    Example(
      "every kind",
      kinds + """
        model m(x: f32[B]) -> (y: f32[B]) {
            x = Takes(x, i=2, f=0.5, b=false, s="t", d=f16, l=[1, 2], t=[[1], [2, 3]], fs=[0.5], c=Tanh)
            return x
        }
        """),
    Example(
      "an integer serves as a fraction, one value as a list",
      kinds + """
        model m(x: f32[B]) -> (y: f32[B]) {
            x = Takes(x, f=1, l=3, t=[1, 2], fs=[1, 2.5])
            x = Takes(x, l=[], t=4, fs=2)
            return x
        }
        """),
    Example(
      "what does not convert",
      kinds + """
        model m(x: f32[B]) -> (y: f32[B]) {
            x = Takes(x, i=1.5)  //~ wrong-configuration: i, int, 1.5, a fraction
            x = Takes(x, i=true)  //~ wrong-configuration: i, int, a truth value
            x = Takes(x, b=1)  //~ wrong-configuration: b, bool, an integer
            x = Takes(x, s=f32)  //~ wrong-configuration: s, string, an element type
            x = Takes(x, d="f32")  //~ wrong-configuration: d, dtype, a string
            x = Takes(x, l=[1, "a"])  //~ wrong-configuration: l, [int]
            x = Takes(x, f=x)  //~ wrong-configuration: f, float, a tensor
            x = Takes(x, c=3)  //~ wrong-configuration: c, callee, an integer
            return x
        }
        """),
    Example(
      "a default that does not convert",
      """
      block B(x: T[N], n: int = 0.5) -> T[N] {  //~ wrong-configuration: n, int, 0.5
          return Relu(x)
      }
      model m(x: f32[K]) -> (y: f32[K]) {
          return B(x)
      }
      """),
    Example(
      "what has no default is needed", inputs: "x: f32[N, 4]",
      """
      y = a: Linear(x)  //~ missing-argument: Linear, out_features
      z = b: Conv2d(x[..., none, none], out_channels=3)  //~ missing-argument: Conv2d, kernel_size
      """),
    Example(
      "a name that is not there, and only that", inputs: "x: f32[N, 4]",
      """
      y = a: Linear(x, out_feature=3)  //~ unknown-argument: Linear, out_feature, out_features
      z = LeakyRelu(x, alhpa=0.1)  //~ unknown-argument: LeakyRelu, alhpa, alpha
      u = max(1, 2, key=3)  //~ unknown-argument: max, key
      v = f16(0.5, x=1)  //~ unknown-argument: x
      """),
    Example(
      "a misspelt name that an input's type needs",
      """
      block Wide(x: T[N, width], width: int) -> T[N, width] {
          return Relu(x)
      }
      model m(x: f32[B, 8]) -> (z: f32[B, 8]) {
          return Wide(x, widht=8)  //~ unknown-argument: Wide, widht, width
      }
      """),
    Example(
      "a requirement is the caller's to meet",
      """
      block Heads(x: T[N, D], heads: int) -> T[N, heads, D / heads] where heads > 0 {
          require D % heads == 0, "the width must divide into heads"
          return Reshape(x, [N, heads, D / heads])
      }
      model m(x: f32[B, 12]) -> (y: f32[B, 3, 4]) {
          a = Heads(x, heads=5)  //~ requirement: Heads, D = 12, heads = 5, the width must divide into heads
          b = Heads(x, heads=0)  //~ requirement: heads > 0, heads = 0
          return Heads(x, heads=3)  //: f32[B, 3, 4]
      }
      """),
    Example(
      "a requirement in the library", inputs: "x: f32[N, 6, 8, 8]",
      """
      return c: Conv2d(x, out_channels=8, kernel_size=3, groups=4)  //~ requirement: Conv2d, C = 6, groups = 4
      """),
    Example(
      "a requirement of the model",
      """
      model m(x: f32[B, 12]) -> (y: f32[B, 12]) {
          require 12 % 5 == 0, "no"  //~ requirement: m
          return Relu(x)
      }
      """),
    Example(
      "predefined names", inputs: "x: f32[N, 4]",
      """
      require opset == 21
      require !training
      y = Clip(x, -inf, inf)  //: f32[N, 4]
      """),
    Example(
      "a callee is configuration",
      """
      block Inner(x: T[N, D]) -> T[N, D] {
          return fc: Linear(x, out_features=D)
      }
      block Twice(x: T[N, D], act: callee = Relu, layer: callee) -> T[N, D] {
          x = x |> a: layer |> act
          return x |> b: layer |> act
      }
      model m(x: f32[B, 4]) -> (y: f32[B, 4]) {
          return Twice(x, layer=Inner, act=SiLU)  //: f32[B, 4]
      }
      """),
    Example(
      "an element type is configuration",
      """
      block To(x: T[N], d: dtype = f16) -> d[N] {
          return d(x)
      }
      model m(x: f32[B]) -> (y: f64[B], z: f16[B]) {
          return To(x, d=f64), To(x)
      }
      """),
    Example(
      "the model's own, in any order",
      """
      model m(x: f32[N, width], width: int = 8, half: int = width / 2) -> (y: f32[N, half]) {
          return fc: Linear(x, out_features=half)  //: f32[N, 4]
      }
      """),
    Example(
      "the model's own, from sizes of its inputs",
      """
      model m(x: f32[N, 12], y: f32[N, K], wide: int = 2 * K) -> (z: f32[N, 2 * K]) {
          return Concat(y, y, axis=1)  //: f32[N, 2*K]
      }
      """),
    Example(
      "the model's own without a default",
      """
      model m(x: f32[N, 4], width: int) -> (y: f32[N, width]) {  //~ missing-argument: width
          return fc: Linear(x, out_features=width)
      }
      """),
    Example(
      "configuration of operators", inputs: "x: f32[N, 4]",
      """
      y = Concat(x, x, axis="a")  //~ wrong-attribute-kind: axis, a string
      y = Concat(x, x, axis=0.5)  //~ wrong-attribute-kind: axis, a fraction
      y = Transpose(x, perm=[0, 1.5])  //~ wrong-attribute-kind: perm
      y = Transpose(x, perm=[0, N])  //~ open-size: N
      y = LeakyRelu(x, alpha=1)  //: f32[N, 4]
      y = Cast(x, to=f16)  //: f16[N, 4]
      y = Flatten(x, axis=none)  //: f32[N, 4]
      y = Concat(x, x)  //~ missing-attribute: Concat, axis
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }
}
