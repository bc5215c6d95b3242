import Tensors
import Testing

/// Expressions that grow with every step end in an unknown size, soon.
@Suite(.timeLimit(.minutes(1))) struct DimensionLimitsTests {
  private static let names = (0..<40).map { Dimension.symbol("D\($0)") }

  @Test(
    arguments: [
      { $0 * $1 + 1 }, { ($0 * $1).floorDivided(by: $1 + 1) + $0 }, { ($0 + $1).modulo($0 * 2 - $1) },
      { .minimum($0 * $0, $0 + $1) }, { .maximum($0, $1 * 3) }, { ($0 * $0 + $1).floorDivided(by: 7) },
      { ($0 + $1).ceilDivided(by: $1 * $1 - $0) }, { ($0 * 1_000_003 - $1).floorDivided(by: 1_000_033) * $0 },
    ] as [@Sendable (Dimension, Dimension) -> Dimension])
  func growthEndsInUnknown(step: @Sendable (Dimension, Dimension) -> Dimension) {
    var size: Dimension = .symbol("N")
    for round in 0..<200 where !size.isUnknown {
      size = step(size, Self.names[round % Self.names.count])
      #expect(size.description.utf8.count < 200_000)
    }
    #expect(size.isUnknown)
  }

  @Test func longSumsEndInUnknown() {
    let sum = (0..<300).reduce(Dimension(0)) { $0 + .symbol("D\($1)") }
    #expect(sum.isUnknown)
    let short = (0..<200).reduce(Dimension(0)) { $0 + .symbol("D\($1)") }
    #expect(short.symbols.count == 200)
    #expect(short.floorDivided(by: 2).bounds.lower == 100)
  }
}
