/// The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, in double precision.
struct CholeskyFactor {
  private let size: Int
  /// Row by row, `[size, size]`; what stands above the diagonal means nothing.
  private let rows: [Double]

  /// - Parameter matrix: A, row by row, of which the lower triangle counts.
  /// - Returns: `nil` where the matrix is not positive definite.
  /// - Complexity: O(size³).
  init?(of matrix: [Double], size: Int) {
    var rows = matrix
    let isDefinite = rows.withUnsafeMutableBufferPointer { all in
      guard let base = all.baseAddress else { return size == 0 }
      for row in 0..<size {
        let own = base + row * size
        for column in 0...row {
          let other = base + column * size
          let rest = own[column] - Self.product(own, other, count: column)
          if column < row {
            own[column] = rest / other[column]
          } else {
            guard rest > 0, rest.isFinite else { return false }
            own[column] = rest.squareRoot()
          }
        }
      }
      return true
    }
    guard isDefinite else { return nil }
    (self.size, self.rows) = (size, rows)
  }

  /// Puts the solutions x of A x = b in the place of eight right sides b.
  ///
  /// - Complexity: O(size²).
  func solve(_ sides: inout [SIMD8<Double>]) {
    let size = size
    rows.withUnsafeBufferPointer { all in
      sides.withUnsafeMutableBufferPointer { sides in
        for row in 0..<size {
          var rest = sides[row]
          for column in 0..<row { rest -= all[row * size + column] * sides[column] }
          sides[row] = rest / all[row * size + row]
        }
        for row in (0..<size).reversed() {
          let solution = sides[row] / all[row * size + row]
          sides[row] = solution
          for column in 0..<row { sides[column] -= all[row * size + column] * solution }
        }
      }
    }
  }

  private static func product(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, count: Int) -> Double {
    var sums = (SIMD8<Double>(), SIMD8<Double>())
    var place = 0
    while place + 16 <= count {
      let (a, b) = (UnsafeRawPointer(left + place), UnsafeRawPointer(right + place))
      sums.0 += a.loadUnaligned(as: SIMD8<Double>.self) * b.loadUnaligned(as: SIMD8<Double>.self)
      sums.1 +=
        a.loadUnaligned(fromByteOffset: 64, as: SIMD8<Double>.self)
        * b.loadUnaligned(fromByteOffset: 64, as: SIMD8<Double>.self)
      place += 16
    }
    var sum = (sums.0 + sums.1).sum()
    while place < count {
      sum += left[place] * right[place]
      place += 1
    }
    return sum
  }
}
