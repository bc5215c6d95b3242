import Graphs
import Operators
import Rewriting
import Tensors
import Testing

/// Each rule on a graph of its own: what it makes of it, and where it keeps off.
@Suite struct SimplificationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var before: String
    var after: [String]
    var opset: Int64 = 17

    var testDescription: String { name }
  }

  @Test(arguments: unchanged + removed + joined + shapes + folded + constants)
  func nodes(_ given: Case) throws {
    let model = try Simplification(of: GraphNotation.model(given.before, opset: given.opset)).model
    #expect(model.lines == given.after)
  }

  static let removed: [Case] = [
    Case(
      name: "an Identity, before an output too",
      before: "x: f32[N]\na = Identity(x)\nb = Neg(a)\ny = Identity(b)\nreturn y", after: ["y = Neg(x)"]),
    Case(
      name: "a Dropout", before: "x: f32[N]\na = Dropout(x)\ny = Neg(a)\nreturn y", after: ["y = Neg(x)"]),
    Case(
      name: "a Cast to the same type", before: "x: f32[N]\na = Cast(x, to=1)\ny = Neg(a)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "a Transpose that moves nothing",
      before: "x: f32[N, M]\na = Transpose(x, perm=[0, 1])\ny = Neg(a)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "a Slice of everything",
      before: "x: f32[N, M]\ns = i64[0]\ne = i64[9223372036854775807]\na = Slice(x, s, e)\ny = Neg(a)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "a Reshape to the same shape",
      before: "x: f32[N, 3]\ns = Shape(x)\na = Reshape(x, s)\ny = Neg(a)\nreturn y", after: ["y = Neg(x)"]),
    Case(
      name: "a product with 1", before: "x: f32[N]\nc = f32 1.0\na = Mul(c, x)\ny = Neg(a)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "what nobody needs", before: "x: f32[N]\na = Exp(x)\nb = Log(a)\ny = Neg(x)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "an equal computation",
      before: "x: f32[N]\na = Exp(x)\nb = Exp(x)\nc = Neg(b)\ny = Add(a, c)\nreturn y",
      after: ["a = Exp(x)", "c = Neg(a)", "y = Add(a, c)"]),
  ]

  static let unchanged: [Case] = [
    Case(
      name: "an Identity between an input and an output", before: "x: f32[N]\ny = Identity(x)\nreturn y",
      after: ["y = Identity(x)"]),
    Case(
      name: "a Slice that turns an axis round",
      before:
        "x: f32[N]\ns = i64[-1]\ne = i64[-9223372036854775807]\na = i64[0]\nt = i64[-1]\ny = Slice(x, s, e, a, t)\nreturn y",
      after: ["y = Slice(x, [-1], [-9223372036854775807], [0], [-1])"]),
    Case(
      name: "a sum with 0, which makes 0 of −0", before: "x: f32[N]\nc = f32 0.0\ny = Add(x, c)\nreturn y",
      after: ["y = Add(x, 0.0)"]),
    Case(
      name: "a product with 1 that grows", before: "x: f32[N]\nc = f32[1, 1]\ny = Mul(x, c)\nreturn y",
      after: ["y = Mul(x, [1.0, 1.0])"]),
    Case(
      name: "random numbers",
      before: "x: f32[N]\na = RandomNormalLike(x)\nb = RandomNormalLike(x)\ny = Sub(a, b)\nreturn y",
      after: ["a = RandomNormalLike(x)", "b = RandomNormalLike(x)", "y = Sub(a, b)"]),
    Case(
      name: "a Cast that loses digits", before: "x: f32[N]\na = Cast(x, to=10)\ny = Cast(a, to=1)\nreturn y",
      after: ["a = Cast(x, to=10)", "y = Cast(a, to=1)"]),
    Case(
      name: "padding by another number",
      before:
        "x: f32[1, 1, 4]\nw: f32[1, 1, 1]\np = i64[0, 0, 1, 0, 0, 1]\nv = f32 1.0\na = Pad(x, p, v)\ny = Conv(a, w)\nreturn y",
      after: ["a = Pad(x, [0, 0, 1, 0, 0, 1], 1.0)", "y = Conv(a, w)"]),
  ]

  static let joined: [Case] = [
    Case(
      name: "two Transposes",
      before: "x: f32[A, B, C]\na = Transpose(x, perm=[1, 2, 0])\ny = Transpose(a, perm=[0, 2, 1])\nreturn y",
      after: ["y = Transpose(x, perm=[1, 0, 2])"]),
    Case(
      name: "two Transposes that undo each other",
      before:
        "x: f32[A, B, C]\na = Transpose(x, perm=[1, 2, 0])\nb = Transpose(a, perm=[2, 0, 1])\ny = Neg(b)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "two Casts", before: "x: f16[N]\na = Cast(x, to=1)\ny = Cast(a, to=11)\nreturn y",
      after: ["y = Cast(x, to=11)"]),
    Case(
      name: "a Squeeze of an Unsqueeze",
      before: "x: f32[N]\nc = i64[1]\na = Unsqueeze(x, c)\nb = Squeeze(a, c)\ny = Neg(b)\nreturn y",
      after: ["y = Neg(x)"]),
    Case(
      name: "two Unsqueezes",
      before: "x: f32[N]\nc = i64[0]\nd = i64[-1]\na = Unsqueeze(x, c)\ny = Unsqueeze(a, d)\nreturn y",
      after: ["y = Unsqueeze(x, [0, 2])"]),
    Case(
      name: "two Squeezes, as attributes",
      before: "x: f32[1, N, 1]\na = Squeeze(x, axes=[0])\ny = Squeeze(a, axes=[1])\nreturn y",
      after: ["y = Squeeze(x, axes=[0, 2])"], opset: 11),
    Case(
      name: "two Slices of different axes",
      before: """
        x: f32[4, 5]
        s = i64[1]
        e = i64[3]
        u = i64[0]
        v = i64[1]
        a = Slice(x, s, e, u)
        y = Slice(a, s, e, v)
        return y
        """,
      after: ["y = Slice(x, [1, 1], [3, 3], [0, 1], [1, 1])"]),
    Case(
      name: "a Concat of a Concat",
      before: "x: f32[N]\nz: f32[M]\na = Concat(x, z, axis=0)\ny = Concat(z, a, axis=0)\nreturn y",
      after: ["y = Concat(z, x, z, axis=0)"]),
    Case(
      name: "an Unsqueeze of a reduction",
      before: "x: f32[N, M]\nc = i64[1]\na = ReduceMax(x, axes=[1], keepdims=0)\ny = Unsqueeze(a, c)\nreturn y",
      after: ["y = ReduceMax(x, axes=[1])"]),
    Case(
      name: "a MatMul and an Add",
      before: "x: f32[N, 2]\nw: f32[2, 3]\nb: f32[3]\na = MatMul(x, w)\ny = Add(b, a)\nreturn y",
      after: ["y = Gemm(x, w, b)"]),
    Case(
      name: "a MatMul of more axes stays",
      before: "x: f32[K, N, 2]\nw: f32[2, 3]\nb: f32[3]\na = MatMul(x, w)\ny = Add(b, a)\nreturn y",
      after: ["a = MatMul(x, w)", "y = Add(b, a)"]),
  ]

  static let shapes: [Case] = [
    Case(
      name: "sizes that are the input's own",
      before: """
        x: f32[N, M, 12]
        s = Shape(x)
        i = i64[0]
        j = i64[1]
        n = Gather(s, i)
        m = Gather(s, j)
        c = i64[3, 4]
        t = Concat(n, m, c, axis=0)
        y = Reshape(x, t)
        return y
        """,
      after: ["y = Reshape(x, [0, 0, 3, 4])"]),
    Case(
      name: "one size that follows from constants",
      before: """
        x: f32[4, N]
        s = Shape(x)
        j = i64[1]
        n = Gather(s, j)
        c = i64[2]
        m = Mul(n, c)
        t = Concat(m, c, axis=0)
        y = Reshape(x, t)
        return y
        """,
      after: ["y = Reshape(x, [-1, 2])"]),
    Case(
      name: "no −1 beside a size that may be 0",
      before: """
        x: f32[N, M, 2]
        s = Shape(x)
        j = i64[1]
        i = i64[0]
        m = Gather(s, j)
        n = Gather(s, i)
        c = i64[2]
        d = Mul(m, c)
        t = Concat(n, d, axis=0)
        y = Reshape(x, t)
        return y
        """,
      after: [
        "s = Shape(x)", "m = Gather(s, [1])", "n = Gather(s, [0])", "d = Mul(m, [2])", "t = Concat(n, d, axis=0)",
        "y = Reshape(x, t)",
      ]),
    Case(
      name: "the sizes of a tensor of constant sizes",
      before: "x: f32[2, 3]\nz: f32[N]\ns = Shape(x)\ny = Expand(z, s)\nreturn y", after: ["y = Expand(z, [2, 3])"]),
    Case(
      name: "two Reshapes",
      before: "x: f32[N, 6]\nc = i64[-1]\nd = i64[2, -1]\na = Reshape(x, c)\ny = Reshape(a, d)\nreturn y",
      after: ["y = Reshape(x, [2, -1])"]),
    Case(
      name: "a Reshape that copies a size of the one before",
      before: "x: f32[N, 6]\nc = i64[-1]\nd = i64[0, 1]\na = Reshape(x, c)\ny = Reshape(a, d)\nreturn y",
      after: ["a = Reshape(x, [-1])", "y = Reshape(a, [0, 1])"]),
  ]

  static let folded: [Case] = [
    Case(
      name: "padding by zeros",
      before: "x: f32[1, 1, 4]\nw: f32[1, 1, 1]\np = i64[0, 0, 1, 0, 0, 2]\na = Pad(x, p)\ny = Conv(a, w)\nreturn y",
      after: ["y = Conv(x, w, pads=[1, 2])"]),
    Case(
      name: "padding of channels stays",
      before: "x: f32[1, 1, 4]\nw: f32[1, 2, 1]\np = i64[0, 1, 1, 0, 0, 2]\na = Pad(x, p)\ny = Conv(a, w)\nreturn y",
      after: ["a = Pad(x, [0, 1, 1, 0, 0, 2])", "y = Conv(a, w)"]),
    Case(
      name: "numbers for each column into a Gemm",
      before: """
        x: f32[N, 2]
        w = f32[1, 2, 3, 4]
        s = i64[2, 2]
        v = Reshape(w, s)
        f = f32[2, 3]
        b = f32[1, -1]
        a = Gemm(x, v)
        c = Mul(a, f)
        y = Add(c, b)
        return y
        """,
      after: ["y = Gemm(x, [2.0, 6.0, 6.0, 12.0], [1.0, -1.0])"]),
    Case(
      name: "nothing into weights that something else takes",
      before: """
        x: f32[N, 2]
        z: f32[N, 2]
        w = f32[1, 2, 3, 4]
        s = i64[2, 2]
        v = Reshape(w, s)
        f = f32[2, 3]
        a = Gemm(x, v)
        c = Mul(a, f)
        b = Gemm(z, v)
        y = Add(c, b)
        return y
        """,
      after: [
        "a = Gemm(x, [1.0, 2.0, 3.0, 4.0])", "c = Mul(a, [2.0, 3.0])", "b = Gemm(z, [1.0, 2.0, 3.0, 4.0])",
        "y = Add(c, b)",
      ]),
    Case(
      name: "stored statistics into a convolution",
      before: """
        x: f32[N, 1, L]
        w = f32[1, 2]
        t = i64[2, 1, 1]
        v = Reshape(w, t)
        s = f32[2, 3]
        b = f32[0, 1]
        m = f32[1, 0]
        r = f32[3.99999, 0.99999]
        a = Conv(x, v)
        y = BatchNormalization(a, s, b, m, r)
        return y
        """,
      after: ["y = Conv(x, [1.0, 6.0], [-1.0, 1.0])"]),
  ]

  static let constants: [Case] = [
    Case(
      name: "a Constant", before: "x: f32[N]\nc = Constant(value_int=2)\nd = Cast(c, to=1)\ny = Mul(x, d)\nreturn y",
      after: ["y = Mul(x, 2.0)"]),
    Case(
      name: "movement of stored tensors",
      before: """
        x: f32[2]
        w = f32[1, 2, 3, 4]
        s = i64[2, 2]
        v = Reshape(w, s)
        t = Transpose(v, perm=[1, 0])
        z = i64[0]
        r = Gather(t, z)
        p = i64[-1]
        q = Reshape(r, p)
        y = Add(x, q)
        return y
        """,
      after: ["y = Add(x, [1.0, 3.0])"]),
    Case(
      name: "arithmetic of stored tensors",
      before: "x: f32[2]\na = f32[1, 2]\nb = f32[3, 4]\nc = Mul(a, b)\nd = Sqrt(c)\ny = Pow(x, d)\nreturn y",
      after: ["y = Pow(x, [1.7320507764816284, 2.8284270763397217])"]),
    Case(
      name: "what would grow stays",
      before: "x: f32[N, 1000]\nc = f32[1]\ns = i64[1000]\nd = Expand(c, s)\ny = Mul(x, d)\nz = Sub(d, x)\nreturn y, z",
      after: ["d = Expand([1.0], [1000])", "y = Mul(x, d)", "z = Sub(d, x)"]),
  ]
}
