package import Tensors

extension Reconstruction {
  /// The weights that read the channels which are left, where some go.
  ///
  /// For each row w, of which the elements K stay and R go, w'_K = w_K + ((XᵀX)_KK + λ)⁻¹ (XᵀX)_KR w_R: the solution of the
  /// normal equations of ‖X wᵀ − X_K w'_Kᵀ‖² + λ ‖w'_K − w_K‖², in double precision (after He and others, 2017: Channel
  /// Pruning).
  ///
  /// - Parameters:
  ///   - weight: a tensor of 32-bit floats.
  ///   - kept: the indices of `axis` that stay.
  ///   - axis: the axis that is summed over.
  ///   - result: the axis of which each index is a row; the elements of a row are in the order of the covariance's.
  ///   - covariance: XᵀX, `[length, length]`.
  /// - Returns: the new elements in the shape of the weight, those that go as they were; `nil` where the sizes do not fit.
  package static func elements(
    of weight: Tensor, keeping kept: [Int], of axis: Int, resultAxis: Int, _ covariance: [Double]
  ) -> [Float]? {
    let sizes = weight.sizes
    // A row is contiguous, its channels outermost, or the weight is a matrix.
    guard weight.element == .f32, sizes.count >= 2, axis + resultAxis == 1, resultAxis == 0 || sizes.count == 2 else {
      return nil
    }
    let rows = sizes[resultAxis]
    let taps = sizes[2...].reduce(1, *)
    let length = sizes[axis] * taps
    guard length > 0, covariance.count == length * length, var elements = weight.floats else { return nil }
    let isKept = Set(kept)
    let stays = kept.flatMap { ($0 * taps)..<(($0 + 1) * taps) }
    let goes = (0..<sizes[axis]).filter { !isKept.contains($0) }.flatMap { ($0 * taps)..<(($0 + 1) * taps) }
    let damping = damping(of: covariance, length)
    let count = stays.count
    var matrix = Array(repeating: 0.0, count: count * count)
    for (row, place) in stays.enumerated() {
      for column in 0...row { matrix[row * count + column] = covariance[place * length + stays[column]] }
      matrix[row * count + row] += damping
    }
    guard let factor = CholeskyFactor(of: matrix, size: count) else { return nil }
    matrix = []
    let (rowStride, step) = resultAxis == 0 ? (length, 1) : (1, rows)
    var lost = Array(repeating: SIMD8<Double>(), count: goes.count)
    var sides = Array(repeating: SIMD8<Double>(), count: count)
    for first in stride(from: 0, to: rows, by: 8) {
      let lanes = min(8, rows - first)
      for (index, place) in goes.enumerated() {
        for lane in 0..<lanes { lost[index][lane] = Double(elements[(first + lane) * rowStride + place * step]) }
      }
      for (index, place) in stays.enumerated() {
        var sum = SIMD8<Double>()
        for (other, column) in goes.enumerated() { sum += covariance[place * length + column] * lost[other] }
        sides[index] = sum
      }
      factor.solve(&sides)
      for (index, place) in stays.enumerated() {
        for lane in 0..<lanes {
          let position = (first + lane) * rowStride + place * step
          let element = Float(Double(elements[position]) + sides[index][lane])
          if element.isFinite { elements[position] = element }
        }
      }
    }
    return elements
  }
}
