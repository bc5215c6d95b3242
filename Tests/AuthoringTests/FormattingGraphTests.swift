import Authoring
import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// A text and its layout are the same model.
@Suite struct FormattingGraphTests {
  @Test(arguments: FormattingFiles.examples)
  func examples(path: String) throws {
    let source = try FormattingFiles.bytes(path)
    let expected = Self.description(of: source)
    #expect(expected.count > 1000, "a graph to compare")
    #expect(Self.difference(of: FormattedText(of: SyntaxTree.parse(source)).text, from: expected) == nil)
  }

  /// A program that brings the library's blocks as its own.
  @Test func library() throws {
    let library = try FormattingFiles.library.flatMap { try FormattingFiles.bytes($0) + Array("\n".utf8) }
    let model = """
      model m(image: f32[N, 3, 32, 32], tokens: f32[N, 5, 8], rows: f32[N, 8]) {
          a = image |> c: Conv2d(out_channels=8, kernel_size=3, padding=1) |> b: BatchNorm2d |> SiLU
          a = a |> MaxPool2d(kernel_size=2) |> AvgPool2d(kernel_size=2) |> GlobalAvgPool2d
          t = tokens |> n: LayerNorm |> r: RMSNorm |> attn: SelfAttention(heads=2) |> mlp: FeedForward(hidden=16)
          return a, t, l: Linear(rows, out_features=4), p: PatchEmbed(image, size=4, width=8)
      }

      """
    let source = Array("use onnx 23\n".utf8) + library + Array(model.utf8)
    let expected = Self.description(of: source)
    #expect(expected.split(separator: "\n").filter { $0.hasPrefix("error") } == [])
    #expect(Self.difference(of: FormattedText(of: SyntaxTree.parse(source)).text, from: expected) == nil)
  }

  @Test func randomPrograms() {
    var sound = 0
    Soak.run("graphs of formatted programs", minimum: 1000) { numbers in
      var generator = FormattingProgramGenerator(numbers)
      let plain = Array(generator.program().utf8)
      numbers = generator.numbers
      let source = FormattingGaps(putsComments: true).scramble(plain, using: &numbers)
      let expected = Self.description(of: source)
      if !expected.hasPrefix("error") { sound += 1 }
      let difference = Self.difference(of: FormattedText(of: SyntaxTree.parse(source)).text, from: expected)
      #expect(difference == nil, "seed \(Soak.seed)\n\(String(decoding: source, as: UTF8.self))")
      return difference == nil
    }
    #expect(sound > 500, "\(sound)")
  }

  /// Where the models of a text differ from a description.
  private static func difference(of source: [UInt8], from description: String) -> String? {
    firstDifference(Array(Self.description(of: source).utf8), Array(description.utf8))
  }

  /// All that a program's models are, but for where it stands in the text.
  static func description(of source: [UInt8]) -> String {
    let program = Program(SourceFile(path: "test.mica", source: source, number: 0))
    var lines = program.diagnostics.map { "\($0.severity) \($0.identifier): \($0.message)" }
    for model in program.models {
      let elaboration = program.elaborate(model)
      lines += elaboration.diagnostics.map { "\($0.severity) \($0.identifier): \($0.message)" }
      lines.append("\(elaboration.model.opsetImports) \(elaboration.weights.map { "\($0.path) \($0.prefix)" })")
      lines += description(of: elaboration.model.graph)
      for function in elaboration.model.functions { lines += [function.name] + description(of: function.graph) }
    }
    return lines.joined(separator: "\n")
  }

  private static func description(of graph: Graph) -> [String] {
    var lines: [String] = []
    for id in graph.values.indices {
      let value = graph.values[id]
      lines.append("\(value.name): \(value.type) \(value.definition) \(value.annotations)")
    }
    for id in graph.nodes.indices {
      let node = graph.nodes[id]
      lines.append(
        "\(node.name) = \(node.domain).\(node.operatorType)~\(node.overload) \(node.inputs) -> \(node.outputs) "
          + "\(node.attributes) \(node.annotations)")
    }
    for id in graph.instances.indices {
      let instance = graph.instances[id]
      lines.append("\(instance.kind) \(instance.label ?? "-"): \(instance.callee) \(instance.outputs)")
    }
    for id in graph.regions.indices {
      let region = graph.regions[id]
      lines.append("\(region.name) \(region.inputs) -> \(region.outputs) \(region.nodes) \(region.annotations)")
      for initializer in region.initializers {
        lines.append("\(initializer.value) \(initializer.role) \(initializer.tensor) \(initializer.annotations)")
      }
    }
    return lines
  }
}
