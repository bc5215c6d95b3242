import Authoring
import Glibc
import Semantics
import Tensors
import Testing

/// Random networks against the formulas of their layers.
@Suite struct SummaryPropertyTests {
  private static let seed: UInt64 =
    getenv("MICA_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0...UInt64(UInt32.max))
  private static let duration: Duration = .seconds(
    getenv("MICA_SOAK_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2)

  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64 (Steele, Lea and Flood 2014).
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// What a random network should amount to.
  private struct Expected {
    var parameters = 0
    var macs = 0
    var rows: [(parameters: Int, macs: Int)] = []

    mutating func add(parameters: Int, macs: Int) {
      self.parameters += parameters
      self.macs += macs
      rows.append((parameters, macs))
    }
  }

  private static func run(_ name: String, _ body: (inout Numbers) throws -> Void) rethrows {
    print("\(name): seed \(seed)")
    var numbers = Numbers(state: seed)
    let start = ContinuousClock.now
    var rounds = 0
    while rounds < 10 || ContinuousClock.now - start < duration / 2 {
      try body(&numbers)
      rounds += 1
    }
  }

  @Test func perceptrons() throws {
    try Self.run("perceptrons") { numbers in
      let batch = Int.random(in: 1...5, using: &numbers)
      var width = Int.random(in: 1...40, using: &numbers)
      var source = "model mlp(x: f32[N, \(width)]) {\n"
      var expected = Expected()
      for index in 0..<Int.random(in: 1...5, using: &numbers) {
        let next = Int.random(in: 1...40, using: &numbers)
        let bias = Bool.random(using: &numbers)
        source += "x = x |> l\(index): Linear(out_features=\(next), bias=\(bias))\n"
        expected.add(parameters: width * next + (bias ? next : 0), macs: batch * width * next)
        width = next
      }
      try Self.compare(source + "return Tanh(x)\n}\n", ["N": batch], expected)
    }
  }

  @Test func convolutions() throws {
    try Self.run("convolutions") { numbers in
      var (channels, size) = (Int.random(in: 1...6, using: &numbers), Int.random(in: 12...24, using: &numbers))
      let batch = Int.random(in: 1...3, using: &numbers)
      var source = "model cnn(x: f32[N, \(channels), \(size), \(size)]) {\n"
      var expected = Expected()
      for index in 0..<Int.random(in: 1...3, using: &numbers) {
        let groups = Bool.random(using: &numbers) ? channels : 1
        let next = groups * Int.random(in: 1...4, using: &numbers)
        let kernel = Int.random(in: 1...min(4, size), using: &numbers)
        let stride = Int.random(in: 1...2, using: &numbers)
        let padding = Int.random(in: 0...1, using: &numbers)
        source += "x = x |> c\(index): Conv2d(out_channels=\(next), kernel_size=\(kernel), stride=\(stride), "
        source += "padding=\(padding), groups=\(groups))\n"
        size = (size + 2 * padding - kernel) / stride + 1
        let weights = next * (channels / groups) * kernel * kernel
        expected.add(parameters: weights + next, macs: batch * size * size * weights)
        channels = next
      }
      source += "x = x |> Flatten |> fc: Linear(out_features=3)\n"
      let features = channels * size * size
      expected.add(parameters: features * 3 + 3, macs: batch * features * 3)
      try Self.compare(source + "return x\n}\n", ["N": batch], expected)
    }
  }

  private static func compare(_ source: String, _ bindings: [String: Int], _ expected: Expected) throws {
    let bound = try summary(source, bindings: bindings)
    #expect(bound.parameters == expected.parameters, "seed \(seed)\n\(source)")
    #expect(bound.macs == expected.macs, "seed \(seed)\n\(source)")
    #expect(bound.weightBytes == 4 * expected.parameters)
    let rows = bound.layers.filter { $0.parameters > 0 }
    #expect(rows.map(\.parameters) == expected.rows.map(\.parameters))
    #expect(rows.map(\.macs) == expected.rows.map(\.macs))
    #expect(bound.macsFormula.evaluated(bindings) == expected.macs)
  }
}
