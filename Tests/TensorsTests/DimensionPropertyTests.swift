import Tensors
import Testing

/// Random expressions against machine arithmetic.
@Suite struct DimensionPropertyTests {
  /// Every kind of symbol, with the assumptions that bindings have to keep.
  static let assumptions: [String: (divisor: Int, minimum: Int)] = [
    "N": (1, 1), "M": (1, 1), "S": (1, 2), "P": (1, 0), "V": (1, -4), "H": (32, 1), "W": (6, 1), "K": (4, 9),
  ]
  static let names = assumptions.keys.sorted()
  static let symbols = Dictionary(
    uniqueKeysWithValues: assumptions.map {
      ($0, Dimension.symbol($0, divisibleBy: $1.divisor, atLeast: $1.minimum))
    })

  private static func randomBindings(using generator: inout SplitMix64) -> [String: Int] {
    // Sorted, so that a seed gives the same values in every process.
    var bindings: [String: Int] = [:]
    for name in names {
      let (divisor, minimum) = assumptions[name] ?? (1, 1)
      let least = (minimum + divisor - 1) / divisor
      bindings[name] = divisor * Int.random(in: least...(least + 9), using: &generator)
    }
    return bindings
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func normalisedExpressionsEvaluateLikeTheirTrees(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var known = 0
    var compared = 0
    for _ in 0..<5000 {
      let depth = Int.random(in: 1...4, using: &generator)
      let tree = DimensionExpression.random(depth: depth, names: Self.names, using: &generator)
      let dimension = tree.dimension(Self.symbols)
      if dimension.isUnknown { continue }
      known += 1
      let bounds = dimension.bounds
      for _ in 0..<4 {
        let bindings = Self.randomBindings(using: &generator)
        guard let expected = tree.value(bindings) else { continue }
        compared += 1
        let value = dimension.evaluated(bindings)
        #expect(value == expected, "seed \(seed): \(tree) became \(dimension), \(bindings)")
        #expect(
          expected >= bounds.lower ?? .min && expected <= bounds.upper ?? .max,
          "seed \(seed): \(tree) = \(dimension) is not within \(bounds), \(bindings)")
      }
    }
    #expect(known > 3500, "seed \(seed)")
    #expect(compared > 12000, "seed \(seed)")
  }

  @Test(arguments: [11, 12] as [UInt64])
  func proofsAgreeWithValues(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var proofs = 0
    for _ in 0..<4000 {
      let trees = (0..<2).map { _ in DimensionExpression.random(depth: 2, names: Self.names, using: &generator) }
      let left = trees[0].dimension(Self.symbols)
      let right = trees[1].dimension(Self.symbols)
      let isEqual = left.isProvablyEqual(to: right)
      let isDifferent = left.isProvablyDifferent(from: right)
      let isAtLeast = left.isProvablyAtLeast(right)
      #expect(!(isEqual && isDifferent))
      #expect(isDifferent == right.isProvablyDifferent(from: left), "seed \(seed): \(trees)")
      if isEqual || isDifferent || isAtLeast { proofs += 1 }
      for _ in 0..<4 {
        let bindings = Self.randomBindings(using: &generator)
        guard let a = trees[0].value(bindings), let b = trees[1].value(bindings) else { continue }
        if isEqual { #expect(a == b, "seed \(seed): \(trees), \(bindings)") }
        if isDifferent { #expect(a != b, "seed \(seed): \(trees), \(bindings)") }
        if isAtLeast { #expect(a >= b, "seed \(seed): \(trees), \(bindings)") }
      }
    }
    #expect(proofs > 1000, "seed \(seed)")
  }

  @Test(arguments: [21, 22] as [UInt64])
  func descriptionsReadBack(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<3000 {
      let tree = DimensionExpression.random(depth: 3, names: Self.names, using: &generator)
      let dimension = tree.dimension(Self.symbols)
      if dimension.isUnknown { continue }
      let text = dimension.description
      let again = DimensionReader.read(text, Self.symbols)
      #expect(again == dimension, "seed \(seed): \(tree) prints \(text), which reads as \(again as Dimension?)")
    }
  }

  @Test(arguments: [31, 32] as [UInt64])
  func operandOrderDoesNotMatter(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<3000 {
      let tree = DimensionExpression.random(depth: 3, names: Self.names, using: &generator)
      let dimension = tree.dimension(Self.symbols)
      let commuted = tree.commuted.dimension(Self.symbols)
      #expect(dimension == commuted, "seed \(seed): \(tree)")
      #expect(dimension.hashValue == commuted.hashValue, "seed \(seed): \(tree)")
      #expect(dimension.description == commuted.description, "seed \(seed): \(tree)")
    }
  }

  @Test(arguments: [41, 42] as [UInt64])
  func substitutionCommutesWithEvaluation(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var compared = 0
    for _ in 0..<4000 {
      let tree = DimensionExpression.random(depth: 3, names: Self.names, using: &generator)
      let name = Self.names[Int.random(in: 0..<Self.names.count, using: &generator)]
      let (divisor, minimum) = Self.assumptions[name] ?? (1, 1)
      let inner = DimensionExpression.random(depth: 2, names: Self.names, using: &generator)
      let binding = DimensionExpression.binary(.product, inner, .number(divisor))
      let substituted = tree.dimension(Self.symbols).substituting([name: binding.dimension(Self.symbols)])
      if substituted.isUnknown { continue }
      for _ in 0..<3 {
        var bindings = Self.randomBindings(using: &generator)
        let value = substituted.evaluated(bindings)
        guard let bound = binding.value(bindings), bound >= minimum else { continue }
        bindings[name] = bound
        guard let expected = tree.value(bindings) else { continue }
        compared += 1
        #expect(value == expected, "seed \(seed): \(tree) with \(name) = \(binding) became \(substituted), \(bindings)")
      }
    }
    #expect(compared > 3000, "seed \(seed)")
  }
}

/// The SplitMix64 generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
private struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
