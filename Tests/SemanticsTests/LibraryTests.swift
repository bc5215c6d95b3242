import Graphs
import Operators
import Semantics
import Syntax
import Testing

/// The standard library: every block, in every operator set that can be written.
@Suite struct LibraryTests {
  /// A call of a block, the inputs of its model, and the parameters and result as PyTorch has them.
  struct Case: Sendable, CustomTestStringConvertible {
    var inputs: String
    var call: String
    var parameters: [String]
    var result: String

    init(_ inputs: String, _ call: String, _ parameters: [String], _ result: String) {
      self.inputs = inputs
      self.call = call
      self.parameters = parameters
      self.result = result
    }

    var testDescription: String { call }

    /// The block that the case is about.
    var block: String { String(call.prefix { $0 != "(" }) }
  }

  static let norm = ["m.weight f32[6]", "m.bias f32[6]", "m.running_mean f32[6]", "m.running_var f32[6]"]

  static let cases: [Case] =
    layers + [
      Case("x: f32[N, 6]", "Linear(x, out_features=3)", ["m.weight f32[3, 6]", "m.bias f32[3]"], "f32[N, 3]"),
      Case("x: f32[N, S, 6]", "Linear(x, out_features=3)", ["m.weight f32[3, 6]", "m.bias f32[3]"], "f32[N, S, 3]"),
      Case("x: f16[N, 6]", "Linear(x, out_features=3, bias=false)", ["m.weight f16[3, 6]"], "f16[N, 3]"),
      Case("x: f32[N, 6]", "Identity(x)", [], "f32[N, 6]"),
      Case(
        "x: f32[N, 6, 9]", "Conv1d(x, out_channels=8, kernel_size=3, stride=2, padding=1)",
        ["m.weight f32[8, 6, 3]", "m.bias f32[8]"], "f32[N, 8, 5]"),
      Case(
        "x: f32[N, 6, 9]", "Conv1d(x, out_channels=8, kernel_size=3, dilation=2, groups=2, bias=false)",
        ["m.weight f32[8, 3, 3]"], "f32[N, 8, 5]"),
      Case(
        "x: f32[N, 6, 9, 8]", "Conv2d(x, out_channels=8, kernel_size=[3, 5], stride=[2, 1], padding=[1, 2], groups=2)",
        ["m.weight f32[8, 3, 3, 5]", "m.bias f32[8]"], "f32[N, 8, 5, 8]"),
      Case(
        "x: f32[N, 6, H, W]", "Conv2d(x, out_channels=8, kernel_size=3, padding=1)",
        ["m.weight f32[8, 6, 3, 3]", "m.bias f32[8]"], "f32[N, 8, H, W]"),
      Case(
        "x: f32[N, 6, 9, 9, 9]", "Conv3d(x, out_channels=4, kernel_size=3, groups=2, dilation=2)",
        ["m.weight f32[4, 3, 3, 3, 3]", "m.bias f32[4]"], "f32[N, 4, 5, 5, 5]"),
      Case(
        "x: f32[N, 6, 5, 5]",
        "ConvTranspose2d(x, out_channels=4, kernel_size=3, stride=2, padding=1, output_padding=1)",
        ["m.weight f32[6, 4, 3, 3]", "m.bias f32[4]"], "f32[N, 4, 10, 10]"),
      Case(
        "x: f32[N, 6, 5, 5]", "ConvTranspose2d(x, out_channels=4, kernel_size=[2, 3], groups=2, bias=false)",
        ["m.weight f32[6, 2, 2, 3]"], "f32[N, 4, 6, 7]"),
      Case("x: f32[N, 6]", "BatchNorm1d(x)", norm, "f32[N, 6]"),
      Case("x: f32[N, 6, L]", "BatchNorm1d(x)", norm, "f32[N, 6, L]"),
      Case("x: f32[N, 6, H, W]", "BatchNorm2d(x)", norm, "f32[N, 6, H, W]"),
      Case("x: f32[N, 6, H, W]", "BatchNorm2d(x, affine=false)", Array(norm.suffix(2)), "f32[N, 6, H, W]"),
      Case("x: f32[N, 6, D, H, W]", "BatchNorm3d(x)", norm, "f32[N, 6, D, H, W]"),
      Case("x: f32[N, S, 6]", "LayerNorm(x)", ["m.weight f32[6]", "m.bias f32[6]"], "f32[N, S, 6]"),
      Case("x: f32[N, S, 6]", "LayerNorm(x, bias=false)", ["m.weight f32[6]"], "f32[N, S, 6]"),
      Case("x: f32[N, S, 6]", "LayerNorm(x, elementwise_affine=false)", [], "f32[N, S, 6]"),
      Case("x: f16[N, S, 6]", "LayerNorm(x)", ["m.weight f16[6]", "m.bias f16[6]"], "f16[N, S, 6]"),
      Case("x: f32[N, S, 6]", "RMSNorm(x)", ["m.weight f32[6]"], "f32[N, S, 6]"),
      Case(
        "x: f32[N, 6, 9, 9]", "BatchNormalize(x, none, none, x[0, :, 0, 0], x[1, :, 0, 0], eps=0.1)", [],
        "f32[N, 6, 9, 9]"),
      Case("x: i64[N, S]", "Embedding(x, num_embeddings=10, embedding_dim=4)", ["m.weight f32[10, 4]"], "f32[N, S, 4]"),
      Case(
        "x: i32[N]", "Embedding(x, num_embeddings=10, embedding_dim=4, dtype=f16)", ["m.weight f16[10, 4]"], "f16[N, 4]"
      ),
      Case("x: f32[N, 6, 9, 9]", "MaxPool2d(x, kernel_size=2)", [], "f32[N, 6, 4, 4]"),
      Case("x: f32[N, 6, 9, 9]", "MaxPool2d(x, kernel_size=3, stride=2, padding=1)", [], "f32[N, 6, 5, 5]"),
      Case("x: f32[N, 6, 9, 9]", "MaxPool2d(x, kernel_size=2, ceil_mode=true)", [], "f32[N, 6, 5, 5]"),
      Case("x: f32[N, 6, 9, 8]", "AvgPool2d(x, kernel_size=[3, 2])", [], "f32[N, 6, 3, 4]"),
      Case("x: f32[N, 6, 9, 9]", "GlobalAvgPool2d(x)", [], "f32[N, 6, 1, 1]"),
      Case("x: f32[N, S]", "SiLU(x)", [], "f32[N, S]"),
      Case(
        "x: f32[N, S, 6]", "SelfAttention(x, heads=2)",
        ["query", "key", "value", "out"].flatMap { ["m.\($0).weight f32[6, 6]", "m.\($0).bias f32[6]"] }, "f32[N, S, 6]"
      ),
      Case(
        "x: f32[N, 2, S, 4], k: f32[N, 2, M, 4], v: f32[N, 2, M, 5], mask: f32[N, 1, 1, M]",
        "ScaledDotProductAttention(x, k, v, mask)", [], "f32[N, 2, S, 5]"),
      Case("x: f32[N, S, 6]", "SplitHeads(x, heads=3)", [], "f32[N, 3, S, 2]"),
      Case("x: f32[N, 3, S, 2]", "MergeHeads(x)", [], "f32[N, S, 6]"),
      Case(
        "x: f32[N, S, 6]", "FeedForward(x, hidden=24)",
        ["m.fc1.weight f32[24, 6]", "m.fc1.bias f32[24]", "m.fc2.weight f32[6, 24]", "m.fc2.bias f32[6]"],
        "f32[N, S, 6]"),
      Case(
        "x: f32[N, 3, 32, 32]", "PatchEmbed(x, size=16, width=8)",
        [
          "m.proj.weight f32[8, 3, 16, 16]", "m.proj.bias f32[8]", "m.cls_token f32[1, 1, 8]",
          "m.pos_embed f32[1, 5, 8]",
        ], "f32[N, 5, 8]"),
    ]

  @Test func everyBlockHasACase() {
    #expect(Set(Self.cases.map(\.block)) == Set(Library.declarations.keys))
  }

  @Test func theFilesHaveNoMistake() {
    for file in Library.files {
      #expect(Program(file).diagnostics.map(\.message) == [], "\(file.path)")
    }
  }

  @Test(arguments: cases, [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
  func blocksFitEveryOperatorSet(_ example: Case, opset: Int) throws {
    let source = "model t(\(example.inputs)) {\n  return m: \(example.call)\n}\n"
    let elaborated = Elaborated(source, options: ElaborationOptions(opset: opset))
    try #require(elaborated.diagnostics.map(elaborated.describe) == [])
    let graph = elaborated.graph
    // A state dict is a mapping: its order says nothing.
    #expect(graph.parameters.sorted() == example.parameters.sorted())
    #expect(graph.regions[graph.body].outputs.map { "\(graph.values[$0].type)" } == [example.result])
    #expect(GraphSoundness(elaborated.elaborations[0]).problems == [])
    #expect(elaborated.elaborations[0].opsets[""] == opset)
  }

  /// A library block that shares an operator's name takes every call that the operator does, or is known to differ.
  @Test func namesakesOfOperatorsTakeTheirCalls() {
    for (name, declaration) in Library.declarations where !Library.apartFromOperators.contains(name) {
      guard let schema = Catalogue.schema(name: name, opset: 13) ?? Catalogue.schema(name: name, opset: 23) else {
        continue
      }
      #expect(declaration.inputs.map(\.name) != [], "\(name)")
      #expect(declaration.inputs.count >= schema.inputs.count, "\(name)")
      for attribute in schema.attributes {
        #expect(declaration.parameters.contains { $0.name == attribute.name }, "\(name): \(attribute.name)")
      }
    }
  }

  /// What tells a call of the block from one of the operator: configuration that only one of them has, or needs.
  @Test(arguments: Library.apartFromOperators)
  func blocksThatDifferFromAnOperatorNeedConfiguration(_ name: String) throws {
    let declaration = try #require(Library.declarations[name])
    _ = try #require(Catalogue.newestSchema(name: name))
    #expect(declaration.parameters.contains { !$0.isInput && $0.defaultValue == nil })
  }

  /// The first lines of a doc comment are what hovers show: every block has one.
  @Test func everyBlockSaysWhatItIs() {
    for declaration in Library.blocks {
      #expect(!declaration.syntax.docComment.isEmpty, "\(declaration.name)")
    }
  }
}

// MARK: - Mistakes

extension LibraryTests {
  /// A mistake in a call of a block is told at the call, in the words of the block.
  static let examples: [Example] = [
    Example(
      "a block and an operator of one name, with arguments that both take", inputs: "x: f32[5, N, 3], h: f32[1, N, 4]",
      """
      y = LSTM(x, h, h, hidden_size=4)  //~ ambiguous-callee: LSTM, onnx.LSTM
      return x
      """),
    Example(
      "groups that do not divide", inputs: "x: f32[N, 3, 8, 8]",
      "return Conv2d(x, out_channels=4, kernel_size=3, groups=2)  //~ requirement: C % groups == 0, input channels"),
    Example(
      "a kernel with too many sizes", inputs: "x: f32[N, 3, 8, 8]",
      "return Conv2d(x, out_channels=4, kernel_size=[3, 3, 3])  //~ requirement: kernel has a size for each of two axes"
    ),
    Example(
      "a padding that no layer has", inputs: "x: f32[N, 3, 8, 8]",
      "return Conv2d(x, out_channels=4, kernel_size=3, padding=\"full\")  //~ wrong-attribute-kind: pads, full"),
    Example(
      "padding to the same size with a stride", inputs: "x: f32[N, 3, 8, 8]",
      "return Conv2d(x, out_channels=4, kernel_size=3, stride=2, padding=\"same\")  //~ requirement: stride of 1"),
    Example(
      "an image without a channel axis", inputs: "x: f32[3, 8, 8]",
      "return Conv2d(x, out_channels=4, kernel_size=3)  //~ rank-mismatch: `x` of Conv2d, [3, 8, 8]"),
    Example(
      "heads that do not divide the width", inputs: "x: f32[S, N, 10]",
      "return MultiheadAttention(x, num_heads=3)  //~ requirement: E % num_heads == 0, width"),
    Example(
      "a first state of another width",
      inputs: "a: f32[S, N, 3], w: f32[1, 24, 3], r: f32[1, 24, 8], h: f32[1, N, 5]",
      """
      y, _ = onnx.GRU(a, w, r, _, _, h, hidden_size=8)  //~ shape-mismatch: initial_h, 5
      return y
      """),
    Example(
      "a layer without its size", inputs: "x: f32[5, N, 3]",
      """
      y = GRU(x)  //~ missing-argument: hidden_size, GRU
      return x
      """),
    Example(
      "a misspelt parameter", inputs: "x: f32[5, N, 3]",
      "return LSTM(x, hidden_sizes=4)  //~ unknown-argument: hidden_sizes, LSTM"),
    Example(
      "both ways to say a size", inputs: "x: f32[N, 3, 8, 8]",
      "return Upsample(x, size=16, scale_factor=2)  //~ requirement: size, scale_factor"),
    Example(
      "interpolation for other axes", inputs: "x: f32[N, 3, 8, 8]",
      "return Upsample(x, scale_factor=2, mode=\"linear\")  //~ requirement: mode, bilinear"),
    Example(
      "groups of channels that do not divide", inputs: "x: f32[N, 10, 8]",
      "return GroupNorm(x, num_groups=4)  //~ requirement: channels must divide into groups"),
    Example(
      "a normalized shape of another tensor", inputs: "x: f32[N, 10, 8]",
      "return LayerNorm(x, normalized_shape=[10, 9])  //~ requirement: normalized_shape"),
    Example(
      "a mistake in a block of one's own that a block of the library calls",
      """
      block Doubled(x: T[N, 3]) -> T[N, 3] {
        return x + x
      }
      model m(x: f32[N, 4]) {
        return FeedForward(x, hidden=8, activation=Doubled)  //~ shape-mismatch: Doubled
      }
      """),
  ]

  @Test(arguments: examples)
  func mistakesAreToldAtTheCall(_ example: Example) { example.check() }
}

// MARK: - The page

extension LibraryTests {
  /// A row of docs/library.md: a block as it is called, and what it is.
  static func row(_ declaration: Declaration) -> String {
    let parameters = declaration.parameters.map { parameter in
      parameter.name + (parameter.defaultValue.map { "=\($0.text)" } ?? "")
    }
    let summary = declaration.syntax.docComment.prefix { $0 != "\n" }
    return "| `\(declaration.name)(\(parameters.joined(separator: ", ")))` | \(summary) |"
  }

  /// docs/library.md has a section for each file, in the order of the files, and in it a row for each block.
  @Test func thePageListsEveryBlock() throws {
    let page = String(decoding: try Project.bytes("docs/library.md"), as: UTF8.self)
    let lines = page.split(separator: "\n").map(String.init)
    let listed = lines.filter { $0.hasPrefix("## `") || $0.hasPrefix("| `") }
    let library = Library.files.flatMap { file in
      ["## `\(file.path)`"] + Library.blocks.filter { $0.file.number == file.number }.map(Self.row)
    }
    #expect(library.count > 100)
    #expect(listed == library)
  }
}
