import Testing

/// Names: binding, rebinding, and what is not there.
@Suite struct NameTests {
  static let examples: [Example] = [
    Example(
      "constants as Python writes them", inputs: "x: f32[N, 8]",
      """
      y = Linear(x, out_features=4, bias=False)  //~ foreign-spelling: False, false
      z = Clip(x, None, 6.0)  //~ foreign-spelling: None, none
      """),
    Example(
      "every binding is a value of its own", inputs: "x: f32[N, 4]",
      """
      x = Relu(x)  //: f32[N, 4]
      x = Concat(x, x, axis=1)  //: f32[N, 8]
      y = x
      x = Flatten(x, axis=0)  //: f32[1, 8*N]
      z = Relu(y)  //: f32[N, 8]
      """),
    Example(
      "an unknown name, with the nearest", inputs: "image: f32[N, 3]",
      """
      y = Relu(imgae)  //~ unknown-name: imgae, image
      return y
      """),
    Example(
      "what follows a mistake is quiet", inputs: "x: f32[N, 4]",
      """
      y = Rleu(x)  //~ unknown-callee: Rleu, Relu
      z = y + 1
      w = z |> fc: Linear(out_features=3)
      a, b = Split(w, axis=1, num_outputs=2)
      if a == 3 {
        z = a
      }
      return z[0:a, ...] @ w
      """),
    Example(
      "names of a block stay inside",
      """
      block Inner(x: T[...]) -> T[...] {
          inside = Relu(x)
          return outside  //~ unknown-name: outside
      }
      model m(x: f32[N, 4]) {
          outside = Relu(x)
          y = Inner(x)
          return inside  //~ unknown-name: inside
      }
      """),
    Example(
      "names of an if and a repeat remain", inputs: "x: f32[N, 4]",
      """
      if 1 < 2 {
        y = Relu(x)
      }
      repeat i in 0..<2 {
        z = y
      }
      return z + i  //: f32[N, 4]
      """),
    Example(
      "a name that a branch not taken binds is unknown to the rest", inputs: "x: f32[N, 4]",
      """
      if 1 > 2 {  //~ unreachable: always false
        y = Relu(x)
      }
      return y  //~ unknown-name: y
      """),
    Example(
      "an underscore binds nothing", inputs: "x: f32[N, 4]",
      """
      _, b = Split(x, axis=1, num_outputs=2)
      _ = Relu(x)
      return b
      """),
    Example(
      "an input twice",
      """
      model m(x: f32[N], x: f32[N]) -> (y: f32[N]) {  //~ duplicate-name: x
          return Relu(x)
      }
      """),
    Example(
      "a name without members", inputs: "x: f32[N, 4]",
      """
      return x.weight  //~ unknown-name: x.weight, members
      """),
    Example(
      "a parameter that is not there", inputs: "x: f32[N, 4]",
      """
      x = x |> fc: Linear(out_features=3)
      return fc.wieght  //~ unknown-name: fc.wieght, fc.weight
      """),
    Example(
      "a value is not callable", inputs: "x: f32[N, 4]",
      """
      y = 3
      return y(x)  //~ not-callable: y, an integer
      """),
    Example(
      "an instance under a label of its own", inputs: "x: f32[N, 4]",
      """
      layer shared = Linear(out_features=4)
      return other: shared(x)  //~ misplaced-label: shared
      """),
    Example(
      "a label that is no path", inputs: "x: f32[N, 4]",
      """
      return a[0:1]: Linear(x, out_features=4)  //~ misplaced-label: a[0:1]
      """),
    Example(
      "an instance of an operator", inputs: "x: f32[N, 4]",
      """
      layer act = Relu()  //~ not-callable: Relu
      return x
      """),
    Example(
      "tensors for an instance that is only declared", inputs: "x: f32[N, 4]",
      """
      layer fc = Linear(x, out_features=4)  //~ too-many-arguments
      return fc(x)
      """),
    Example(
      "the same argument twice", inputs: "x: f32[N, 4]",
      """
      return LeakyRelu(x, alpha=0.1, alpha=0.2)  //~ duplicate-name: alpha
      """),
    Example(
      "an input by place and by name", inputs: "x: f32[N, 4]",
      """
      return Relu(x, X=x)  //~ duplicate-name: X, position
      """),
    Example(
      "an input of a block by place and by name",
      """
      block Sub2(x: T[N], y: T[N], *rest: T[N], z: T[N] = none) -> T[N] {
          return x - y
      }
      model m(a: f32[4], b: f32[4]) {
          c = Sub2(a, x=b)  //~ duplicate-name: x, Sub2, position, y, not at all
          d = a |> Sub2(x=b)  //~ duplicate-name: x, the pipe, y
          e = Sub2(a, b, x=b)  //~ duplicate-name: x, position
          f = a |> Sub2(b, y=b)  //~ duplicate-name: y, position
          g = a |> Sub(A=b)  //~ duplicate-name: A, the pipe, B
          h = a |> Sub2(y=b)  //: f32[4]
          i = Sub2(y=a, x=b)  //: f32[4]
          return Sub2(a, b, a, a, z=b)
      }
      """),
    Example(
      "an input of a declared operator by place and by name",
      """
      operator my.domain.Sub2(x: T[N], y: T[N]) -> T[N]
      model m(a: f32[4], b: f32[4]) {
          c = my.domain.Sub2(a, x=b)  //~ duplicate-name: x, y
          return my.domain.Sub2(a, y=b)
      }
      """),
    Example(
      "two declarations of one name",
      """
      block A(x: T[...]) -> T[...] {
          return Relu(x)
      }
      block A(x: T[...]) -> T[...] {  //~ duplicate-name: A
          return Tanh(x)
      }
      model m(x: f32[N]) -> (y: f32[N]) {
          return A(x)
      }
      """),
    Example(
      "an operator set twice",
      """
      use onnx 21
      use onnx 20  //~ duplicate-name: onnx
      """),
    Example(
      "a parameter with the name of an input", inputs: "x: f32[N, 4]",
      """
      param x: f32[4]  //~ duplicate-name: x
      return Relu(x)
      """),
    Example(
      "an output with the name of an input",
      """
      model m(x: f32[N]) -> (x: f32[N]) {  //~ duplicate-name: x
          return Relu(x)
      }
      """),
    Example(
      "two outputs of one name",
      """
      model m(x: f32[N]) -> (y: f32[N], y: f32[N]) {  //~ duplicate-name: y
          return Relu(x), Tanh(x)
      }
      """),
    Example(
      "an element type that nothing captures", inputs: "x: f32[N, 4]",
      """
      param w: Q[4]  //~ unknown-name: Q
      return x
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }
}
