import Tensors

/// A weight as rows, each of which makes a channel of the result.
struct WeightRows {
  private let old: [Float]
  private var new: [Float]
  let count: Int
  let length: Int
  /// The places in a row that stay, where they are the same in all rows.
  let stays: [Int]?
  private let stride: Int
  private let step: Int

  init?(_ weight: Tensor, _ kept: Reconstruction.Kept, resultAxis: Int) {
    let sizes = weight.sizes
    guard weight.element == .f32, sizes.indices.contains(resultAxis), resultAxis == 0 || sizes.count == 2,
      let old = weight.floats
    else { return nil }
    count = sizes[resultAxis]
    length = count == 0 ? 0 : old.count / count
    guard length > 0 else { return nil }
    (stride, step) = resultAxis == 0 ? (length, 1) : (1, count)
    self.old = old
    switch kept {
    case .elements(let sparse):
      guard sparse.sizes == sizes, let floats = sparse.floats else { return nil }
      (new, stays) = (floats, nil)
    case .channels(let indices, let axis):
      // A row is contiguous, its channels outermost, or the weight is a matrix.
      guard sizes.count >= 2, axis + resultAxis == 1 else { return nil }
      let taps = sizes[2...].reduce(1, *)
      (new, stays) = (old, indices.flatMap { ($0 * taps)..<(($0 + 1) * taps) })
    }
  }

  private func index(_ row: Int, _ place: Int) -> Int { row * stride + place * step }

  /// The number of elements of a row that may be other than 0, where there are most.
  var unknownCount: Int {
    if let stays { return stays.count }
    return (0..<count).map { row in (0..<length).count { new[index(row, $0)] != 0 } }.max() ?? 0
  }

  /// The elements of up to 16 rows beside each other.
  func lanes(_ rows: [Int]) -> RowLanes {
    var lanes = RowLanes(length: length)
    for place in 0..<length {
      for (lane, row) in rows.enumerated() {
        let index = index(row, place)
        lanes.old[place][lane] = old[index]
        lanes.errors[place][lane] = new[index] - old[index]
        lanes.free[place][lane] = new[index] == 0 ? 0 : 1
      }
    }
    guard let stays else { return lanes }
    let isKept = Set(stays)
    for place in 0..<length {
      lanes.free[place] = RowLanes.Vector(repeating: isKept.contains(place) ? 1 : 0)
      if !isKept.contains(place) { lanes.errors[place] = -lanes.old[place] }
    }
    return lanes
  }

  /// Takes new elements over, as differences from what they were.
  mutating func put(_ errors: [RowLanes.Vector], _ lanes: RowLanes, _ rows: [Int]) {
    for place in 0..<length {
      for (lane, row) in rows.enumerated() where lanes.free[place][lane] != 0 {
        let index = index(row, place)
        let element = old[index] + errors[place][lane]
        // What was left stays something.
        let isLost = element == 0 && stays == nil
        if element.isFinite, !isLost { new[index] = element }
      }
    }
  }

  var finished: [Float] { new }
}

/// Up to 16 rows of a weight, element by element.
struct RowLanes {
  typealias Vector = SIMD16<Float>

  static let count = Vector.scalarCount

  /// The elements that a row had.
  var old: [Vector]
  /// How far they are from those now.
  var errors: [Vector]
  /// 1 where an element may be other than 0.
  var free: [Vector]

  init(length: Int) {
    old = Array(repeating: Vector(), count: length)
    errors = old
    free = old
  }

  /// The sum of the products of elements.
  static func dot(_ left: [Vector], _ right: [Vector]) -> Double {
    zip(left, right).reduce(0) { $0 + Double(($1.0 * $1.1).sum()) }
  }

  /// A matrix `[length, length]` times columns.
  static func product(_ matrix: [Float], _ columns: [Vector]) -> [Vector] {
    let length = columns.count
    var result = Array(repeating: Vector(), count: length)
    matrix.withUnsafeBufferPointer { matrix in
      columns.withUnsafeBufferPointer { columns in
        for row in 0..<length {
          var sum = Vector()
          for column in 0..<length { sum += matrix[row * length + column] * columns[column] }
          result[row] = sum
        }
      }
    }
    return result
  }
}

extension Tensor {
  /// All elements as 32-bit floats.
  var floats: [Float]? {
    var found: [Float]?
    withFloats(0..<elementCount) { bytes in
      guard bytes.count == elementCount * 4 else { return }
      found = (0..<elementCount).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
    return found
  }
}
