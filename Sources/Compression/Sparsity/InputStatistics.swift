import Tensors

/// How large what a weight is multiplied with is, added up as it comes.
package struct InputStatistics: Sendable {
  /// The sum of squares at each index of the axis that is summed over.
  package private(set) var squares: [Double]

  /// Whether all that has been added was finite.
  package var isFinite: Bool { squares.allSatisfy(\.isFinite) }

  /// - Parameter size: the size of the axis that is summed over.
  package init(size: Int) { squares = Array(repeating: 0, count: size) }

  /// Adds the values of an input in one run.
  package mutating func add(_ values: UnsafeBufferPointer<Float>, sizes: [Int], _ input: WeightInput) {
    guard sizes.indices.contains(input.inputAxis), sizes[input.inputAxis] == squares.count, !values.isEmpty else {
      return
    }
    let inner = sizes[(input.inputAxis + 1)...].reduce(1, *)
    for (place, value) in values.enumerated() {
      squares[place / inner % squares.count] += Double(value) * Double(value)
    }
  }
}
