import Graphs
import Semantics
import Syntax
import Testing

/// A call that was made before is only written again: what it becomes is what it would become the first time.
///
/// An argument in parentheses means the same, and is evaluated each time.
@Suite struct CallMemoryTests {
  @Test(arguments: [
    // The name means a tensor of another type.
    "y = Relu(‸x)\nx = Transpose(‸x, perm=[1, 0])\ny = Relu(‸x)\nx = Transpose(‸x, perm=[1, 0])\ny = Relu(‸x)",
    // The attribute depends on a name.
    "repeat i in 0..<2 {\n    y = Concat(‸x, ‸x, axis=i)\n}",
    "repeat i in 0..<2 {\n    y = Concat(‸x, ‸x, axis=1)\n}",
    // So does the operator.
    "y = Apply(x, act=Relu)\ny = Apply(x, act=Tanh)\ny = Apply(x, act=Relu)",
    // The elements of an argument count.
    """
    s = Constant(value=i64[2]{8, 4})
    y = Reshape(‸x, ‸s)
    s = Constant(value=i64[2]{16, 2})
    y = Reshape(‸x, ‸s)
    y = Reshape(‸x, ‸s)
    """,
    // Attributes are written in one way and in another.
    "y = Softmax(‸x, axis=-1)\ny = Softmax(‸x, axis=1)\ny = Softmax(‸x, axis = -1)\ny = Softmax(‸x)",
    // What is said of a node is said of one.
    "/// First.\ny = Relu(‸x)\ny = Relu(‸x)\n@name(\"third\")\ny = Relu(‸x)\ny = Relu(‸x)",
    // Several results, and those of a call inside another one.
    "a, b = Split(‸x, axis=1, num_outputs=2)\nc, d = Split(‸x, axis=1, num_outputs=2)\ny = Add(Relu(‸a), Relu(‸a))",
    "y = Relu(‸x)\nz = Relu(‸y)\ny = Sum(‸x, ‸y, ‸z, ‸x, ‸y, ‸z, ‸x, ‸y, ‸z)\ny = Sum(‸x, ‸y, ‸z, ‸x, ‸y, ‸z, ‸x, ‸y, ‸z)",
    // Graphs of their own.
    "y = If(c, then_branch={ return Relu(‸x) }, else_branch={ return Relu(‸x) })\ny = Relu(‸x)",
    // Mistakes are told each time.
    "y = Rellu(‸x)\ny = Rellu(‸x)", "y = Softmax(‸x, axis=7)\ny = Softmax(‸x, axis=7)",
    "y = MatMul(‸x, ‸x)\ny = MatMul(‸x, ‸x)",
    "y = Relu(‸nothing)\ny = Relu(‸nothing)", "y = Gelu(‸x)\ny = Gelu(‸x)\ny = Gelu(‸x, approximate=\"tanh\")",
  ])
  func callsBecomeWhatTheyWouldBecomeTheFirstTime(body: String) {
    let (remembered, evaluated) = (elaborated(body) { $0 }, elaborated(body) { "(\($0))" })
    #expect(remembered == evaluated)
  }

  /// The nodes, and what is wrong, of a model whose body has each marked name spelt as `spelt` has it.
  private func elaborated(_ body: String, _ spelt: (String) -> String) -> [String] {
    let pieces = body.split(separator: "‸", omittingEmptySubsequences: false)
    let marked = pieces.dropFirst().map { piece -> String in
      let name = piece.prefix { $0.isLetter }
      return spelt(String(name)) + piece.dropFirst(name.count)
    }
    let text = """
      use onnx 21
      block Apply(x: T[...], act: callee) -> T[...] {
          z = act(x)
          return act(z)
      }
      model m(x: f32[4, 8], c: bool[]) -> (y: f32[...]) {
      \(([String(pieces[0])] + marked).joined())
      return y
      }
      """
    let program = Program(SourceFile(path: "m.mica", source: Array(text.utf8), number: 0))
    return program.models.flatMap { model -> [String] in
      let elaboration = program.elaborate(model)
      let graph = elaboration.model.graph
      let nodes = graph.nodes.indices.map { id in
        let node = graph.nodes[id]
        let types = node.outputs.map { $0.map { "\(graph.values[$0].name): \(graph.values[$0].type)" } ?? "" }
        let inputs = node.inputs.map { $0.map { graph.values[$0].name } ?? "" }
        let attributes = node.attributes.map { "\($0.name)=\($0.value.ints ?? [$0.value.int ?? 0])" }
        return "\(types) = \(node.name): \(node.operatorType)(\(inputs), \(attributes)) \(node.annotations.doc)"
      }
      return nodes + elaboration.diagnostics.map { "\($0.identifier): \($0.message)" }
    }
  }
}
