package import Tensors

/// The weights that are left, changed so that their results come as near as can be to what they were.
///
/// For each row w of a weight of which only a part may be other than 0, w' minimizes (w' − w) (XᵀX + λ) (w' − w)ᵀ, by going
/// through the elements in turn (coordinate descent), which never makes it worse. λ is a hundredth of the mean of the
/// diagonal of XᵀX, as SparseGPT has it (Frantar and Alistarh, 2023).
package enum Reconstruction {
  private static let rounds = 8

  /// λ: a hundredth of the mean of the diagonal of XᵀX, `[length, length]`.
  static func damping(of covariance: [Double], _ length: Int) -> Double {
    let mean = (0..<length).reduce(0.0) { $0 + covariance[$1 * length + $1] } / Double(length)
    return max(mean, 1e-12) * 0.01
  }

  /// - Parameters:
  ///   - weight: a tensor of 32-bit floats.
  ///   - sparse: the same, 0 where it must stay 0.
  ///   - result: the axis of which each index is a row; the elements of a row are in the order of the covariance's.
  ///   - covariance: XᵀX, `[length, length]`.
  /// - Returns: the new elements; `nil` where the sizes do not fit.
  package static func elements(
    of weight: Tensor, _ sparse: Tensor, resultAxis: Int, _ covariance: [Double]
  ) -> [Float]? {
    let sizes = weight.sizes
    guard weight.element == .f32, sizes.indices.contains(resultAxis), resultAxis == 0 || sizes.count == 2 else {
      return nil
    }
    let rows = sizes[resultAxis]
    let length = rows == 0 ? 0 : weight.elementCount / rows
    guard length > 0, covariance.count == length * length, let old = weight.floats, var new = sparse.floats else {
      return nil
    }
    let (rowStride, step) = resultAxis == 0 ? (length, 1) : (1, rows)
    let damping = Float(Self.damping(of: covariance, length))
    var errors = Array(repeating: SIMD16<Float>(), count: length)
    var slopes = errors
    var free = errors
    covariance.withUnsafeBufferPointer { matrix in
      for first in stride(from: 0, to: rows, by: 16) {
        let count = min(16, rows - first)
        for place in 0..<length {
          var (difference, mask) = (SIMD16<Float>(), SIMD16<Float>())
          for lane in 0..<count {
            let index = (first + lane) * rowStride + place * step
            difference[lane] = new[index] - old[index]
            mask[lane] = new[index] == 0 ? 0 : 1
          }
          (errors[place], free[place], slopes[place]) = (difference, mask, difference * damping)
        }
        slopes.withUnsafeMutableBufferPointer { slopes in
          func move(_ place: Int, by change: SIMD16<Float>) {
            let row = matrix.baseAddress.map { $0 + place * length }
            guard let row, any(change .!= 0) else { return }
            for other in 0..<length { slopes[other] += Float(row[other]) * change }
          }
          for place in 0..<length { move(place, by: errors[place]) }
          for _ in 0..<rounds {
            for place in 0..<length {
              let curvature = Float(matrix[place * length + place]) + damping
              let change = slopes[place] * free[place] * (-1 / curvature)
              errors[place] += change
              slopes[place] += damping * change
              move(place, by: change)
            }
          }
        }
        for place in 0..<length {
          for lane in 0..<count where free[place][lane] != 0 {
            let index = (first + lane) * rowStride + place * step
            let element = old[index] + errors[place][lane]
            // What was left stays something.
            new[index] = element == 0 || !element.isFinite ? new[index] : element
          }
        }
      }
    }
    return new
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
