import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// Labels, shared instances, paths, and the parameters that they make.
@Suite struct InstanceTests {
  static let examples: [Example] = [
    Example(
      "a label twice", inputs: "x: f32[N, 4]",
      """
      x = fc: Linear(x, out_features=4)
      x = fc: Linear(x, out_features=4)  //~ duplicate-label: fc
      return x
      """),
    Example(
      "a label and a parameter", inputs: "x: f32[N, 4]",
      """
      param fc: f32[4]
      x = fc: Linear(x, out_features=4)  //~ duplicate-label: fc
      return x
      """),
    Example(
      "labels of two instances of a block do not meet",
      """
      block B(x: T[N, D]) -> T[N, D] {
          return fc: Linear(x, out_features=D)
      }
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          return x |> a: B |> b: B |> B |> B
      }
      """),
    Example(
      "a path that depends on what is not known", inputs: "x: f32[N, 4]",
      """
      w = layers[N]: Linear(x, out_features=4)  //~ open-size: N
      y = `l{N}`: Linear(x, out_features=4)  //~ open-size: N
      z = `l{x}`: Linear(x, out_features=4)  //~ wrong-kind: an integer or a string
      """),
    Example(
      "a path whose index is no integer", inputs: "x: f32[N, 4]",
      """
      y = layers["a"]: Linear(x, out_features=4)  //~ wrong-kind: an integer, a string
      """),
    Example(
      "an instance that is not there", inputs: "x: f32[N, 4]",
      """
      x = enc.fc: Linear(x, out_features=4)
      x = enc.fd(x)  //~ unknown-callee: enc.fd, enc.fc
      return x
      """),
    Example(
      "a shared instance meets other sizes", inputs: "x: f32[N, 4], y: f32[N, 5]",
      """
      layer fc = Linear(out_features=3)
      a = fc(x)  //: f32[N, 3]
      b = fc(y)  //~ shape-mismatch: 4, 5
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  /// The body of a model over x: f32[N, 4] and ids: i64[N, S], and its parameters with their types.
  static let parameters: [(name: String, source: String, expected: [String])] = [
    (
      "paths of every form",
      """
      repeat i in 0..<2 {
          x = layers[i].attn: Linear(x, out_features=4, bias=false)
      }
      x = a[0][1].b: Linear(x, out_features=4, bias=false)
      x = [3]: Linear(x, out_features=4, bias=false)
      x = `deep{1 + 1}_{"x"}`: Linear(x, out_features=4, bias=false)
      x = `any/name at.all`: Linear(x, out_features=4, bias=false)
      return x
      """,
      [
        "layers.0.attn.weight f32[4, 4]", "layers.1.attn.weight f32[4, 4]", "a.0.1.b.weight f32[4, 4]",
        "3.weight f32[4, 4]", "deep2_x.weight f32[4, 4]", "any/name at.all.weight f32[4, 4]",
      ]
    ),
    (
      "scopes",
      """
      scope enc {
          scope inner[1] {
              x = fc: Linear(x, out_features=4, bias=false)
          }
          param p: f32[4]
          x = inner[1].fc(x) + p
      }
      return enc.inner[1].fc(x) + enc.p
      """,
      ["enc.inner.1.fc.weight f32[4, 4]", "enc.p f32[4]"]
    ),
    (
      "a layer that is called twice",
      """
      layer shared = Linear(out_features=4)
      return shared(shared(x))
      """,
      ["shared.weight f32[4, 4]", "shared.bias f32[4]"]
    ),
    (
      "a layer that is first called with its input by name",
      """
      y = shared: Linear(x=x, out_features=4)
      return shared(x=shared(y))
      """,
      ["shared.weight f32[4, 4]", "shared.bias f32[4]"]
    ),
    (
      "a layer in a scope that is called from outside",
      """
      scope enc {
          layer shared = Linear(out_features=4, bias=false)
      }
      return x |> enc.shared |> enc.shared
      """,
      ["enc.shared.weight f32[4, 4]"]
    ),
    (
      "a layer without a call has no parameters",
      """
      layer shared = Linear(out_features=4)
      return Relu(x)
      """,
      []
    ),
    (
      "a label that is called again",
      """
      x = fc: Linear(x, out_features=4, bias=false)
      return fc(fc(x))
      """,
      ["fc.weight f32[4, 4]"]
    ),
    (
      "tied weights",
      """
      e = wte: Embedding(ids, num_embeddings=10, embedding_dim=6)
      return e @ Transpose(wte.weight)
      """,
      ["wte.weight f32[10, 6]"]
    ),
    (
      "unlabelled instances",
      """
      x = Linear(x, out_features=4, bias=false)
      x = Linear(x, out_features=4, bias=false) |> Relu
      x = linear_2: Linear(x, out_features=4, bias=false)
      x = Linear(x, out_features=4, bias=false)
      return LayerNorm(SiLU(x), elementwise_affine=false)
      """,
      [
        "linear.weight f32[4, 4]", "linear_1.weight f32[4, 4]", "linear_2.weight f32[4, 4]",
        "linear_3.weight f32[4, 4]",
      ]
    ),
    (
      "scopes of one name share their numbers",
      """
      scope s {
          x = Linear(x, out_features=4, bias=false)
      }
      scope s {
          x = Linear(x, out_features=4, bias=false)
      }
      return x
      """,
      ["s.linear.weight f32[4, 4]", "s.linear_1.weight f32[4, 4]"]
    ),
    (
      "parameters of the model, dotted and quoted",
      """
      param a.b: f32[4]
      param `c{1}/d`: f32[4]
      buffer e[0]: i64[2] = zeros
      return x + a.b + `c1/d`
      """,
      ["a.b f32[4]", "c1/d f32[4]", "e.0 i64[2]"]
    ),
    (
      "parameters that a condition leaves out",
      """
      param a: f32[4] if 1 > 2
      param b: f32[4] if 1 < 2
      return if a == none { x + b } else { x + a }
      """,
      ["b f32[4]"]
    ),
  ]

  @Test(arguments: parameters.indices)
  func parameterNamesAndTypes(of index: Int) {
    let (name, source, expected) = Self.parameters[index]
    let elaborated = Elaborated("model m(x: f32[N, 4], ids: i64[N, S]) {\n\(source)\n}\n")
    #expect(elaborated.diagnostics.map(elaborated.describe) == [], "\(name)")
    #expect(elaborated.graph.parameters == expected, "\(name)")
  }

  static let blocks = """
    block Unlabelled(x: T[N, D]) -> T[N, D] {
        x = Linear(x, out_features=D, bias=false)
        return Linear(x, out_features=D, bias=false)
    }
    block Nested(x: T[N, D]) -> T[N, D] {
        x = inner: Unlabelled(x)
        scope s {
            x = fc: Linear(x, out_features=D, bias=false)
            param p: T[D]
        }
        layer late = Linear(out_features=D, bias=false)
        return late(inner(x)) + s.p
    }

    """

  /// Bodies that call one instance once and several times: the parameters are the same.
  @Test(arguments: [
    ("return f: Unlabelled(x)", "x = f: Unlabelled(x)\nx = f(x)\nreturn f(x)"),
    ("return f: Nested(x)", "x = f: Nested(x)\nx = f(x)\nreturn f(f(x))"),
    ("return f: Nested(x)", "layer f = Nested\nreturn f(f(x))"),
    ("return f: Nested(x)", "layer f = Nested()\nrepeat i in 0..<3 {\nx = f(x)\n}\nreturn x"),
    ("return f: SelfAttention(x[none], heads=2)", "y = f: SelfAttention(x[none], heads=2)\nreturn f(y)"),
    ("x = f: Nested(x)\nreturn x", "x = f: Nested(x)\nreturn f.s.fc(f.inner(x)) + f.s.p"),
    ("scope o {\nx = f: Nested(x)\n}\nreturn x", "scope o {\nx = f: Nested(x)\nx = f(x)\n}\nreturn o.f(x)"),
  ])
  func laterCallsMakeNoParameters(once: String, often: String) {
    let all = [once, often].map { Elaborated(Self.blocks + "model m(x: f32[N, 4]) {\n\($0)\n}\n") }
    for elaborated in all { #expect(elaborated.diagnostics.map(elaborated.describe) == []) }
    #expect(!all[0].graph.parameters.isEmpty)
    #expect(all[0].graph.parameters == all[1].graph.parameters)
    #expect(all[1].graph.nodes.count > all[0].graph.nodes.count)
  }

  @Test func tiedWeightsAreOneValue() throws {
    let elaborated = Elaborated(
      """
      model m(ids: i64[N, S]) -> (y: f32[N, S, 10]) {
          e = wte: Embedding(ids, num_embeddings=10, embedding_dim=6)
          return e @ Transpose(wte.weight)
      }
      """)
    let graph = elaborated.graph
    let weight = try #require(graph.regions[graph.body].initializers.first { $0.role == .parameter }).value
    let users = graph.nodes.indices.filter { graph.nodes[$0].inputs.contains(weight) }
    #expect(users.map { graph.nodes[$0].operatorType } == ["Gather", "Transpose"])
  }

  /// A model, and the names of its nodes.
  @Test(arguments: [
    ("return Relu(Relu(x))", ["/Relu", "/Relu_1"]),
    ("return x |> act: Relu", ["/act/Relu"]),
    ("return x |> a.b[0]: Relu |> a.b[1]: Relu", ["/a.b.0/Relu", "/a.b.1/Relu"]),
    ("return x |> `a/b\\\\c`: Relu", ["/a\\/b\\\\c/Relu"]),
    ("scope s {\ny = Relu(x)\n}\nreturn Relu(y)", ["/s/Relu", "/Relu"]),
    ("return x |> SiLU |> s: SiLU", ["/Sigmoid", "/Mul", "/s/Sigmoid", "/s/Mul"]),
    ("y = s: SiLU(x)\nreturn s(y)", ["/s/Sigmoid", "/s/Mul", "/s/Sigmoid_1", "/s/Mul_1"]),
    ("return x |> fc: Linear(out_features=4)", ["/fc/Gemm"]),
    ("return x |> Linear(out_features=4)", ["/linear/Gemm"]),
    ("return x |> out: FeedForward(hidden=8)", ["/out/fc1/Gemm", "/out/Gelu", "/out/fc2/Gemm"]),
  ])
  func nodeNames(body: String, expected: [String]) {
    let elaborated = Elaborated("model m(x: f32[N, 4]) {\n\(body)\n}\n")
    #expect(elaborated.diagnostics.map(elaborated.describe) == [])
    #expect(elaborated.graph.nodes.indices.map { elaborated.graph.nodes[$0].name } == expected)
  }
}

extension Graph {
  /// The stored tensors that the text declares, as `name type`, in order.
  var parameters: [String] {
    regions.indices.flatMap { regions[$0].initializers }.filter { $0.role != .constant }.map {
      "\(values[$0.value].name) \(values[$0.value].type)"
    }
  }
}
