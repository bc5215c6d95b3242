import Tensors

/// What a weight of a pruned model is multiplied with, and how far that is from what it was, added up as it comes.
///
/// Rows fall into two halves, so that what is fitted to one can be judged by the other.
package struct InputDrift: Sendable {
  /// Sums over rows x̂ of the pruned model and x of the model before, each `[length, length]`.
  struct Sums: Sendable {
    /// X̂ᵀX̂, of which the upper half is added up.
    var gram: [Float]
    /// X̂ᵀ(X − X̂).
    var drift: [Float]
    var rowCount = 0

    init(length: Int) {
      gram = Array(repeating: 0, count: length * length)
      drift = gram
    }
  }

  package let length: Int
  private(set) var halves: [Sums]
  package var rowCount: Int { halves.reduce(0) { $0 + $1.rowCount } }

  /// The longest rows that are taken: 1 GB of sums.
  package static let longestRow = 8192
  /// No more rows of one run are added.
  private static let rowsOfRun = 1024
  private static let rowsAtOnce = 8

  /// The bytes that this takes for rows of a length.
  package static func byteCount(length: Int) -> Int { 4 * length * length * MemoryLayout<Float>.stride }

  package init(length: Int) {
    self.length = length
    halves = Array(repeating: Sums(length: length), count: 2)
  }

  /// A value of an input in one run.
  package struct Input {
    package var values: UnsafeBufferPointer<Float>
    package var sizes: [Int]

    package init(_ values: UnsafeBufferPointer<Float>, _ sizes: [Int]) { (self.values, self.sizes) = (values, sizes) }

    package var isFinite: Bool { values.allSatisfy(\.isFinite) }
  }

  /// Adds what a run of each model gives for an input.
  ///
  /// Where they are not the same number of rows, only the first model's count.
  /// - Parameters:
  ///   - channels: those that the pruned model's value has, where it lost some.
  ///   - half: to which half the rows go; `nil` for the first of them to one, and the others to the other.
  package mutating func add(_ whole: Input, _ pruned: Input, _ input: WeightInput, channels: [Int]?, half: Int?) {
    guard
      let rows = InputRows(
        input, whole.sizes, elementCount: whole.values.count, length: length, channels: nil)
    else { return }
    var later = InputRows(
      input, pruned.sizes, elementCount: pruned.values.count, length: length, channels: channels)
    if later?.count != rows.count { later = nil }
    // The channels that went are 0 in the pruned model.
    var block = (pruned: [Float](), drift: [Float]())
    block.pruned = Array(repeating: 0, count: Self.rowsAtOnce * length)
    block.drift = block.pruned
    let places = Array(stride(from: 0, to: rows.count, by: max(1, rows.count / Self.rowsOfRun)))
    let parts =
      half.map { [($0, places[...])] }
      ?? [(0, places[..<((places.count + 1) / 2)]), (1, places[((places.count + 1) / 2)...])]
    for (half, places) in parts {
      halves[half].rowCount += places.count
      for start in stride(from: places.startIndex, to: places.endIndex, by: Self.rowsAtOnce) {
        let chosen = places[start..<min(start + Self.rowsAtOnce, places.endIndex)]
        fill(&block, chosen, rows, whole.values, later.map { ($0, pruned.values) })
        halves[half].add(block.pruned, block.drift, length, hasDrift: later != nil)
      }
    }
  }

  private func fill(
    _ block: inout (pruned: [Float], drift: [Float]), _ chosen: ArraySlice<Int>, _ rows: InputRows,
    _ values: UnsafeBufferPointer<Float>, _ later: (rows: InputRows, values: UnsafeBufferPointer<Float>)?
  ) {
    let length = length
    block.pruned.withUnsafeMutableBufferPointer { pruned in
      block.drift.withUnsafeMutableBufferPointer { drift in
        pruned.update(repeating: 0)
        drift.update(repeating: 0)
        for (index, row) in chosen.enumerated() {
          let range = index * length..<(index + 1) * length
          let own = UnsafeMutableBufferPointer(rebasing: pruned[range])
          guard let later else {
            rows.copy(row, of: values, to: own)
            continue
          }
          let rest = UnsafeMutableBufferPointer(rebasing: drift[range])
          rows.copy(row, of: values, to: rest)
          later.rows.copy(row, of: later.values, to: own)
          for place in 0..<length { rest[place] -= own[place] }
        }
      }
    }
  }
}

extension InputDrift.Sums {
  /// Adds eight rows, so that the matrices go through the cache less often.
  fileprivate mutating func add(_ pruned: [Float], _ drift: [Float], _ length: Int, hasDrift: Bool) {
    pruned.withUnsafeBufferPointer { rows in
      gram.withUnsafeMutableBufferPointer { Self.add(rows, rows, length, to: $0, upper: true) }
      guard hasDrift else { return }
      drift.withUnsafeBufferPointer { others in
        self.drift.withUnsafeMutableBufferPointer { Self.add(rows, others, length, to: $0, upper: false) }
      }
    }
  }

  private static func add(
    _ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>, _ length: Int,
    to matrix: UnsafeMutableBufferPointer<Float>, upper: Bool
  ) {
    guard let target = matrix.baseAddress, let b0 = right.baseAddress else { return }
    let (b1, b2, b3, b4) = (b0 + length, b0 + 2 * length, b0 + 3 * length, b0 + 4 * length)
    let (b5, b6, b7) = (b0 + 5 * length, b0 + 6 * length, b0 + 7 * length)
    for row in 0..<length {
      let (a0, a1, a2, a3) = (left[row], left[length + row], left[2 * length + row], left[3 * length + row])
      let (a4, a5, a6, a7) =
        (left[4 * length + row], left[5 * length + row], left[6 * length + row], left[7 * length + row])
      if a0 == 0, a1 == 0, a2 == 0, a3 == 0, a4 == 0, a5 == 0, a6 == 0, a7 == 0 { continue }
      let out = target + row * length
      for column in (upper ? row : 0)..<length {
        let first = a0 * b0[column] + a1 * b1[column] + a2 * b2[column] + a3 * b3[column]
        out[column] += first + (a4 * b4[column] + a5 * b5[column] + a6 * b6[column] + a7 * b7[column])
      }
    }
  }

  /// Makes X̂ᵀX̂ whole.
  fileprivate mutating func finish(_ length: Int) {
    gram.withUnsafeMutableBufferPointer { matrix in
      for left in 0..<length { for right in 0..<left { matrix[left * length + right] = matrix[right * length + left] } }
    }
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: Self) {
    gram.withUnsafeMutableBufferPointer { own in for place in own.indices { own[place] += other.gram[place] } }
    drift.withUnsafeMutableBufferPointer { own in for place in own.indices { own[place] += other.drift[place] } }
    rowCount += other.rowCount
  }
}

extension InputDrift {
  /// Ends the adding up.
  package mutating func finish() { for half in halves.indices { halves[half].finish(length) } }
}

extension InputDrift {
  /// The sums over all rows, of which nothing else stays.
  consuming func takeSums() -> Sums {
    var sums = halves[0]
    let other = halves[1]
    halves = []
    sums.add(other)
    return sums
  }
}

extension InputDrift.Sums {
  /// The sum of the squares of all rows.
  var trace: Double {
    let length = Int(Double(gram.count).squareRoot())
    return (0..<length).reduce(0) { $0 + Double(gram[$1 * length + $1]) }
  }
}
