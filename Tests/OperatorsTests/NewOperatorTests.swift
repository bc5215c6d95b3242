import Operators
import Testing

/// Operators that came after the oldest operator set that can be written.
@Suite("Operators that older sets lack")
struct NewOperatorTests {
  /// What no decomposition is written for: the operators before it compute nothing of the kind, or nothing short of a
  /// subgraph that runs through every element.
  static let withoutDecomposition: Set<String> = [
    // Bits of integers, text and images.
    "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "ImageDecoder", "RegexFullMatch", "StringConcat",
    "StringSplit",
    // Gathering from places that are computed, and its transpose.
    "Col2Im", "DeformConv", "GridSample",
    // Spectra.
    "DFT", "MelWeightMatrix", "STFT",
    // Types of values that came with them, and subgraphs over sequences.
    "Optional", "OptionalGetElement", "OptionalHasElement", "SequenceMap",
  ]

  @Test("Each is written in terms of older ones, or known not to be")
  func decompositions() {
    var without: Set<String> = []
    var with: Set<String> = []
    for name in Catalogue.names() where Catalogue.schema(name: name, opset: 13) == nil {
      guard Catalogue.schema(name: name, opset: 23) != nil else { continue }
      if Catalogue.rules(name: name)?.decompose == nil { without.insert(name) } else { with.insert(name) }
    }
    #expect(without == Self.withoutDecomposition)
    #expect(with.count >= 15)
  }
}
