import Tensors

extension Tensor {
  /// The sum of |w| or of w² over all elements at each index of an axis, for several axes at once.
  ///
  /// - Complexity: O(`elementCount`), with memory for one piece
  func sliceNorms(along axes: [Int], squared: Bool) -> [Int: [Double]] {
    guard let last = axes.max(), elementCount > 0, element.isFloatingPoint, (element.bitWidth ?? 0) >= 8 else {
      return Dictionary(uniqueKeysWithValues: axes.map { ($0, Array(repeating: 0, count: sizes[$0])) })
    }
    var norms = Dictionary(uniqueKeysWithValues: axes.map { ($0, Array(repeating: 0.0, count: sizes[$0])) })
    let inner = sizes[(last + 1)...].reduce(1, *)
    let row = sizes[last] * inner
    var own = Array(repeating: 0.0, count: sizes[last])
    let others = axes.filter { $0 != last }.map { axis in
      (axis: axis, stride: sizes[(axis + 1)..<last].reduce(1, *), size: sizes[axis])
    }
    for outer in 0..<elementCount / row {
      var rowSum = 0.0
      withFloats(outer * row..<(outer + 1) * row) { bytes in
        guard bytes.count == row * 4 else { return }
        var place = 0
        for index in own.indices {
          var sum: Float = 0
          for _ in 0..<inner {
            let weight = bytes.loadUnaligned(fromByteOffset: place, as: Float.self)
            sum += squared ? weight * weight : abs(weight)
            place += 4
          }
          own[index] += Double(sum)
          rowSum += Double(sum)
        }
      }
      for other in others { norms[other.axis]?[outer / other.stride % other.size] += rowSum }
    }
    norms[last] = own
    return norms
  }

  /// For each index of an axis, the sum of the Euclidean distances of its slice from the others.
  ///
  /// - Complexity: O(size · `elementCount`), with memory for the tensor
  func sliceDistances(along axis: Int) -> [Double] {
    let size = sizes[axis]
    guard size > 0, elementCount > 0, element.isFloatingPoint, (element.bitWidth ?? 0) >= 8 else {
      return Array(repeating: 0, count: size)
    }
    let inner = sizes[(axis + 1)...].reduce(1, *)
    let length = elementCount / size
    var slices = Array(repeating: Float(0), count: elementCount)
    for outer in 0..<length / inner {
      for index in 0..<size {
        let start = (outer * size + index) * inner
        withFloats(start..<start + inner) { bytes in
          guard bytes.count == inner * 4 else { return }
          for place in 0..<inner {
            slices[index * length + outer * inner + place] = bytes.loadUnaligned(
              fromByteOffset: place * 4, as: Float.self)
          }
        }
      }
    }
    var distances = Array(repeating: 0.0, count: size)
    slices.withUnsafeBytes { slices in
      let width = length * MemoryLayout<Float>.size
      for left in 0..<size {
        let one = UnsafeRawBufferPointer(rebasing: slices[left * width..<(left + 1) * width])
        for right in left + 1..<max(size, left + 1) {
          let other = UnsafeRawBufferPointer(rebasing: slices[right * width..<(right + 1) * width])
          let distance = Self.squaredDistance(one, other).squareRoot()
          distances[left] += distance
          distances[right] += distance
        }
      }
    }
    return distances
  }

  /// The sum of the squared differences of as many 32-bit fractions, sixteen at a time: one by one, each addition waits
  /// for the one before.
  private static func squaredDistance(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Double {
    typealias Lanes = SIMD16<Float>
    let whole = left.count / MemoryLayout<Lanes>.size * MemoryLayout<Lanes>.size
    var sums = Lanes()
    for offset in stride(from: 0, to: whole, by: MemoryLayout<Lanes>.size) {
      let difference =
        left.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
        - right.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
      sums += difference * difference
    }
    for offset in stride(from: whole, to: left.count, by: MemoryLayout<Float>.size) {
      let difference =
        left.loadUnaligned(fromByteOffset: offset, as: Float.self)
        - right.loadUnaligned(fromByteOffset: offset, as: Float.self)
      sums[0] += difference * difference
    }
    return Double(sums.sum())
  }
}
