import Tensors

extension PruningContext {
  /// Argument 0 and result 0 hold the same elements in the same order, in other shapes.
  ///
  /// Where axes are parted or joined, one of each side can lose indices: then the others keep theirs. Which one that is,
  /// is this call's choice; the outermost come first, as heads stand before their widths.
  mutating func regroup() {
    guard let before = shape(.input(0))?.dimensions, let after = shape(.output(0))?.dimensions else { return }
    var ways: [[(OperandAxis, OperandAxis, IndexMap)]] = []
    var kept: [(OperandAxis, OperandAxis)] = []
    var involved: [OperandAxis] = []
    for run in Self.runs(before, after) {
      if run.before.count == 1, run.after.count == 1 {
        kept.append((.input(0, run.before.lowerBound), .output(0, run.after.lowerBound)))
        continue
      }
      let pairs = Self.pairs(run, before, after)
      guard !pairs.isEmpty else { continue }
      involved += run.before.filter { before[$0].constant != 1 }.map { .input(0, $0) }
      involved += run.after.filter { after[$0].constant != 1 }.map { .output(0, $0) }
      ways = ways.isEmpty ? pairs.map { [$0] } : ways.flatMap { way in pairs.map { way + [$0] } }
      if ways.count > Self.mostWays { ways.removeSubrange(Self.mostWays...) }
    }
    for (left, right) in kept { couple(left, right) }
    for axis in before.indices where before[axis].constant == 1 { mention(.input(0, axis)) }
    for axis in after.indices where after[axis].constant == 1 { mention(.output(0, axis)) }
    guard !ways.isEmpty else { return }
    choiceCount = ways.count
    let way = ways[min(choice, ways.count - 1)]
    for (coarse, fine, map) in way {
      couple(coarse, fine, map)
      chosen += [coarse, fine]
    }
    unchosen = involved.filter { !chosen.contains($0) }
    for axis in unchosen { forbid(axis, "keeps this axis while another that it parts or joins may lose indices") }
  }

  private static let mostWays = 16
  /// The most elements of axes that are parted or joined.
  private static let mostElements = 1 << 22

  private struct Run {
    var before: Range<Int>
    var after: Range<Int>
  }

  /// Runs of axes that hold the same elements, shortest first: from the front, and where sizes are open, from the end.
  private static func runs(_ before: [Dimension], _ after: [Dimension]) -> [Run] {
    let first = leadingRuns(before, after)
    let (i, j) = (first.last?.before.upperBound ?? 0, first.last?.after.upperBound ?? 0)
    let last = leadingRuns(before[i...].reversed(), after[j...].reversed())
    func reversed(_ range: Range<Int>, of count: Int) -> Range<Int> {
      count - range.upperBound..<count - range.lowerBound
    }
    return first
      + last.reversed().map {
        Run(before: reversed($0.before, of: before.count), after: reversed($0.after, of: after.count))
      }
  }

  private static func leadingRuns(_ before: [Dimension], _ after: [Dimension]) -> [Run] {
    var runs: [Run] = []
    var (i, j) = (0, 0)
    while i < before.count, j < after.count {
      if before[i].isProvablyEqual(to: after[j]) {
        runs.append(Run(before: i..<i + 1, after: j..<j + 1))
        (i, j) = (i + 1, j + 1)
        continue
      }
      guard let run = run(before, from: i, after, from: j) else { return runs }
      runs.append(run)
      (i, j) = (run.before.upperBound, run.after.upperBound)
    }
    return runs
  }

  private static func run(_ before: [Dimension], from i: Int, _ after: [Dimension], from j: Int) -> Run? {
    var product: Dimension = 1
    for end in i..<before.count {
      product *= before[end]
      var other: Dimension = 1
      for otherEnd in j..<after.count {
        other *= after[otherEnd]
        if product.isProvablyEqual(to: other) { return Run(before: i..<end + 1, after: j..<otherEnd + 1) }
      }
    }
    return nil
  }

  /// The ways in which one axis of either side of a run can lose indices.
  private static func pairs(
    _ run: Run, _ before: [Dimension], _ after: [Dimension]
  ) -> [(OperandAxis, OperandAxis, IndexMap)] {
    guard let sizes = Shape(Array(before[run.before])).constants, let others = Shape(Array(after[run.after])).constants,
      let count = product(sizes), count > 0, count <= mostElements, product(others) == count
    else { return [] }
    let (left, right) = (parts(sizes), parts(others))
    var pairs: [(OperandAxis, OperandAxis, IndexMap)] = []
    for (axis, part) in left {
      for (other, otherPart) in right where isSensible(part, otherPart, count: count) {
        pairs.append(
          (
            .input(0, run.before.lowerBound + axis), .output(0, run.after.lowerBound + other),
            .overlap(coarse: part, fine: otherPart, count: count)
          ))
      }
    }
    return pairs
  }

  /// Whether two axes of the same elements can lose indices together without losing all.
  private static func isSensible(_ left: IndexMap.Part, _ right: IndexMap.Part, count: Int) -> Bool {
    // One must be the whole, or both stand at the same place.
    left.size == count || right.size == count || left.stride == right.stride
      || left.stride * left.size == right.stride * right.size
  }

  /// The axes of sizes other than 1, outermost first, as parts of all elements.
  private static func parts(_ sizes: [Int]) -> [(axis: Int, part: IndexMap.Part)] {
    var stride = 1
    var parts: [(axis: Int, part: IndexMap.Part)] = []
    for (axis, size) in sizes.enumerated().reversed() {
      if size != 1 { parts.append((axis, IndexMap.Part(stride: stride, size: size))) }
      stride *= size
    }
    return parts.reversed()
  }

  private static func product(_ sizes: [Int]) -> Int? {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow || size < 0 { return nil }
      product = next
    }
    return product
  }
}
