import Rendering
import Testing

/// Areas of treemaps.
@Suite struct TreemapTests {
  typealias Rectangle = Treemap.Rectangle

  private func overlap(_ left: Rectangle, _ right: Rectangle) -> Double {
    let width = min(left.x + left.width, right.x + right.width) - max(left.x, right.x)
    let height = min(left.y + left.height, right.y + right.height) - max(left.y, right.y)
    return max(0, width) * max(0, height)
  }

  /// The example of the paper, figure 4: 6, 6, 4, 3, 2, 2, 1 in 6 by 4.
  @Test func thePapersExample() throws {
    let found = Treemap.squarified([6, 6, 4, 3, 2, 2, 1], in: Rectangle(x: 0, y: 0, width: 6, height: 4))
    let expected: [(Double, Double, Double, Double)] = [
      (0, 0, 3, 2), (0, 2, 3, 2), (3, 0, 12.0 / 7, 7.0 / 3), (3 + 12.0 / 7, 0, 9.0 / 7, 7.0 / 3),
      (3, 7.0 / 3, 1.2, 5.0 / 3), (4.2, 7.0 / 3, 1.2, 5.0 / 3), (5.4, 7.0 / 3, 0.6, 5.0 / 3),
    ]
    try #require(found.count == expected.count)
    for (place, wanted) in zip(found, expected) {
      for (side, value) in zip(
        [place.x, place.y, place.width, place.height], [wanted.0, wanted.1, wanted.2, wanted.3])
      {
        #expect(abs(side - value) < 1e-9, "\(place) is not \(wanted)")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 10, 57, 400])
  func areasAreTheWeights(count: Int) {
    // A long tail, as layers have, with some that are equal.
    let weights = (1...count).map { number -> Double in
      let (large, small) = (number * number % 37 + 1, number * 7919 % 97)
      return 1000 / Double(large) + Double(small) / 10
    }.sorted(by: >)
    let whole = Rectangle(x: 5, y: 7, width: 320, height: 100)
    let found = Treemap.squarified(weights, in: whole)
    let total = weights.reduce(0, +)
    #expect(abs(found.reduce(0) { $0 + $1.area } - whole.area) < 1e-6)
    for (index, place) in found.enumerated() {
      #expect(abs(place.area - weights[index] / total * whole.area) < 1e-6, "\(weights)")
      #expect(overlap(place, whole) > place.area - 1e-6, "outside: \(weights)")
      for other in found[(index + 1)...] { #expect(overlap(place, other) < 1e-6, "\(weights)") }
    }
  }

  @Test func nothingHasNoArea() {
    #expect(Treemap.squarified([], in: Rectangle(x: 0, y: 0, width: 1, height: 1)) == [])
    #expect(Treemap.squarified([1, 1], in: Rectangle(x: 0, y: 0, width: 0, height: 1)).map(\.area) == [0, 0])
  }

  @Test(arguments: Measure.allCases)
  func leavesPartTheWhole(measure: Measure) throws {
    let found = try hierarchy(Texts.repeated)
    let map = Treemap(of: found, by: measure, in: Rectangle(x: 0, y: 0, width: 100, height: 100))
    let leaves = map.cells.filter { !$0.isGroup }
    let whole = Double(measure.value(of: found.parts[0].amount))
    #expect(leaves.count > 5)
    #expect(abs(leaves.reduce(0) { $0 + $1.rectangle.area } - 10_000) < 1e-6)
    for leaf in leaves {
      let share = Double(measure.value(of: found.parts[leaf.part].amount)) / whole
      #expect(abs(leaf.rectangle.area - share * 10_000) < 1e-6)
    }
  }
}
