import Tensors

extension Shape {
  /// What is known of the shape without `count` axes, of which only `candidates` may go.
  ///
  /// `nil` where there are not so many. A size is known where all axes agree that may stand in its place.
  ///
  /// - Complexity: O(rank · count)
  func removing(_ count: Int, of candidates: [Int]) -> Shape? {
    guard (0...candidates.count).contains(count) else { return nil }
    let isCandidate = dimensions.indices.map { candidates.contains($0) }
    var before = [0]
    for candidate in isCandidate { before.append(before[before.count - 1] + (candidate ? 1 : 0)) }
    let sizes = (0..<(rank - count)).map { place in
      // An axis `gone` places behind moves here where so many candidates are before it, and the rest behind it.
      let sources = (0...count).compactMap { gone -> Dimension? in
        let axis = place + gone
        guard before[axis] >= gone, before[rank] - before[axis + 1] >= count - gone else { return nil }
        return dimensions[axis]
      }
      guard let first = sources.first, sources.allSatisfy({ $0 == first }) else { return Dimension.unknown }
      return first
    }
    return Shape(sizes)
  }
}
