import Authoring
import Semantics
import Tensors
import Testing

/// What a model amounts to, against numbers worked out by hand.
@Suite struct SummaryTests {
  @Test func aSmallConvolutionalNetwork() throws {
    let summary = try summary(Samples.source("cnn"), bindings: ["N": 2])
    // conv: 4 · 3 · 3 · 3 weights and 4 biases; bn: 4 and 4; fc: 10 · (4 · 4 · 4) and 10.
    #expect(summary.parameters == 108 + 4 + 8 + 640 + 10)
    #expect(summary.buffers == 8)
    #expect(summary.weightBytes == 4 * (770 + 8))
    // conv: 2 images of 8 · 8 positions, 4 channels of 3 · 3 · 3 products; fc: 2 rows of 64 · 10.
    #expect(summary.macs == 2 * (64 * 4 * 27 + 640))
    #expect(summary.bindings == ["N": 2])
    #expect(summary.assumed.isEmpty)
    #expect(summary.layers.map(\.path) == ["conv", "bn", "Relu", "MaxPool2d", "Flatten", "fc"])
    #expect(summary.layers.map(\.callee) == ["Conv2d", "BatchNorm2d", "Relu", "MaxPool2d", "Flatten", "Linear"])
    #expect(summary.layers.map(\.parameters) == [112, 8, 0, 0, 0, 650])
    #expect(summary.layers.map(\.macs) == [13824, 0, 0, 0, 0, 1280])
    #expect(
      summary.layers.map { "\($0.type)" } == [
        "f32[N, 4, 8, 8]", "f32[N, 4, 8, 8]", "f32[N, 4, 8, 8]", "f32[N, 4, 4, 4]", "f32[N, 64]", "f32[N, 10]",
      ])
  }

  @Test func formulasOfOpenSizes() throws {
    let summary = try summary(Samples.source("cnn"))
    #expect(summary.assumed == ["N": 1])
    #expect(summary.macs == 64 * 4 * 27 + 640)
    #expect(summary.macsFormula.description == "7552*N")
    #expect(summary.macsFormula.evaluated(["N": 5]) == 5 * summary.macs)
    #expect(summary.flopsFormula.evaluated(["N": 1]) == summary.flops)
    #expect(summary.flops > 2 * summary.macs)
  }

  /// A size that must be a multiple counts as the least one.
  @Test func sizesCountAsTheLeastTheyMayBe() throws {
    let summary = try summary(Samples.source("unet"))
    #expect(summary.assumed == ["N": 1, "H": 4, "W": 4])
    #expect(summary.uncounted.isEmpty)
    let expected = 16 * 4 * 27 + 4 * 8 * 36 + 4 * 8 * 16 + 16 * 2 * 8
    #expect(summary.macs == expected)
    #expect(summary.macsFormula.evaluated(["N": 1, "H": 4, "W": 4]) == expected)
    #expect(summary.macsFormula.evaluated(["N": 3, "H": 8, "W": 16]) == 3 * 8 * expected)
  }

  @Test func bindingsOfTheElaborationAndOfTheSummaryAgree() throws {
    let sizes = ["N": 2, "H": 8, "W": 12]
    let early = try summary(Samples.source("unet"), options: ElaborationOptions(bindings: sizes))
    let late = try summary(Samples.source("unet"), bindings: sizes)
    #expect(early.macs == late.macs)
    #expect(early.flops == late.flops)
    #expect(early.peakActivationBytes == late.peakActivationBytes)
  }

  /// The rows part the model: their sums are the totals, however deep blocks are opened.
  @Test(arguments: Samples.names, [1, 2, 3, nil] as [Int?])
  func rowsAddUpToTheTotals(name: String, depth: Int?) throws {
    let summary = try summary(Samples.source(name), bindings: ["N": 2, "S": 5], depth: depth)
    #expect(summary.layers.map(\.parameters).reduce(0, +) == summary.parameters)
    #expect(summary.layers.map(\.macs).reduce(0, +) == summary.macs)
    #expect(Set(summary.layers.map(\.path)).count == summary.layers.count, "\(summary.layers.map(\.path))")
    let all = try self.total(name)
    #expect([summary.parameters, summary.macs, summary.flops, summary.peakActivationBytes] == all)
  }

  private func total(_ name: String) throws -> [Int] {
    let summary = try summary(Samples.source(name), bindings: ["N": 2, "S": 5])
    return [summary.parameters, summary.macs, summary.flops, summary.peakActivationBytes]
  }

  @Test func depthFoldsBlocksAndScopes() throws {
    func rows(_ depth: Int?) throws -> [String] {
      try summary(Samples.source("transformer"), depth: depth).layers.map { "\($0.path): \($0.callee) \($0.type)" }
    }
    let folded = try rows(1)
    #expect(
      folded == [
        "proj: param f32[8, 8]", "embeddings: scope f32[N, S, 8]", "layers.0: Layer f32[N, S, 8]",
        "layers.1: Layer f32[N, S, 8]", "MatMul: MatMul f32[N, S, 8]",
      ])
    let open = try rows(nil)
    #expect(open.contains("embeddings.word: Embedding f32[N, S, 8]"))
    #expect(open.contains("embeddings.Add: Add f32[N, S, 8]"))
    #expect(open.contains("layers.1.mlp: FeedForward f32[N, S, 8]"))
    #expect(!open.contains { $0.hasPrefix("layers.1.mlp.fc1") })
  }

  /// Parameters that a body declares have rows of their own; a shared instance is counted once.
  @Test func parametersOfBodies() throws {
    let summary = try summary(Samples.source("bodies"))
    #expect(summary.parameters == 6 + 42 + 6 + 42 + 42)
    #expect(summary.buffers == 1)
    #expect(summary.weightBytes == 4 * 138 + 8)
    let rows = Dictionary(uniqueKeysWithValues: summary.layers.map { ($0.path, $0) })
    #expect(rows["shift"]?.parameters == 6)
    #expect(rows["s.scale"]?.parameters == 6)
    #expect(rows["shared"]?.parameters == 42)
    // Called twice: its products count twice.
    #expect(rows["shared"]?.macs == 2 * 36)
    #expect(rows["fc"]?.parameters == 42)
    #expect(rows["linear"]?.parameters == 42)
    #expect(rows["act"]?.callee == "Relu")
  }

  @Test func whatIsNotCountedIsListed() throws {
    let summary = try summary(
      """
      model m(x: f32[N, 4], y: f32[?, 4]) -> (z: f32[N, 4]) {
          b = Unique(x)
          c = Unique(x)
          d = y @ Transpose(y)
          return Relu(x)
      }
      """)
    #expect(summary.uncounted.map { "\($0.count) \($0.operatorType)" }.contains("2 Unique"))
    #expect(summary.uncounted.map(\.operatorType).contains("MatMul"))
    #expect(summary.uncounted.map(\.operatorType) == summary.uncounted.map(\.operatorType).sorted())
    #expect(!summary.uncounted.map(\.operatorType).contains("Relu"))
  }

  // MARK: Memory

  /// Bodies of a model over x: f32[1, 256], of 1024 bytes, and the most that is alive at a time.
  @Test(arguments: [
    // Input and result of each Relu.
    ("return Relu(Relu(Relu(x)))", 2048),
    // The first stays alive for the sum.
    ("a = Relu(x)\nb = Tanh(a)\nreturn a + b", 3 * 1024),
    // The input is needed to the end.
    ("a = Relu(x)\nb = Tanh(a)\nreturn b + x", 3 * 1024),
    // Halves: 1024 in, 512 each out, then one again.
    ("a, b = Split(x, axis=1, num_outputs=2)\nreturn a * b", 2048),
    // A bool is one byte.
    ("return x > Relu(x)", 2048 + 256),
    // Four times as wide, and back.
    ("a = Concat(x, x, x, x, axis=1)\nreturn ReduceSum(a, [1], keepdims=1)", 5 * 1024),
    // What nobody uses lives while it is made.
    ("a = Concat(x, x, x, axis=1)\nreturn Relu(x)", 4 * 1024),
    // An output stays to the end.
    ("a = Concat(x, x, axis=1)\nb = Relu(x)\nc = Relu(b)\nreturn a, c", 5 * 1024 - 1024),
  ])
  func peakMemory(body: String, bytes: Int) throws {
    let summary = try summary("model m(x: f32[1, 256]) {\n\(body)\n}\n")
    // Constants of the text, such as axes, are a few bytes.
    #expect(abs(summary.peakActivationBytes - bytes) <= 16, "\(summary.peakActivationBytes)")
  }

  @Test func weightsAreNoActivations() throws {
    let summary = try summary("model m(x: f32[1, 256]) {\n  return fc: Linear(x, out_features=256)\n}\n")
    #expect(summary.peakActivationBytes == 2048)
    #expect(summary.weightBytes == 4 * (256 * 256 + 256))
  }
}
