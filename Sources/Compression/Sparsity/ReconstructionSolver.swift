/// Finds rows that come nearest to what they were, for one λ.
struct ReconstructionSolver {
  private let sums: InputDrift.Sums
  private let damping: Float
  /// (X̂ᵀX̂)_KK + λ, where K is the same for all rows.
  private let exact: (factor: CholeskyFactor, stays: [Int])?

  private static let rounds = 8

  /// - Returns: `nil` where there is no solution.
  init?(_ sums: InputDrift.Sums, _ damping: Double, _ rows: WeightRows) {
    self.sums = sums
    // So much that no element is divided by 0.
    let damping = max(damping, 1e-12)
    self.damping = Float(damping)
    guard let stays = rows.stays else {
      exact = nil
      return
    }
    let (length, count) = (rows.length, stays.count)
    var matrix = Array(repeating: 0.0, count: count * count)
    for (row, place) in stays.enumerated() {
      for column in 0...row { matrix[row * count + column] = Double(sums.gram[place * length + stays[column]]) }
      matrix[row * count + row] += damping
    }
    guard let factor = CholeskyFactor(of: matrix, size: count) else { return nil }
    exact = (factor, stays)
  }

  /// How far the new elements of rows are from what they were.
  func errors(of lanes: RowLanes) -> [RowLanes.Vector] {
    let pull = RowLanes.product(sums.drift, lanes.old)
    var slopes = RowLanes.product(sums.gram, lanes.errors)
    for place in slopes.indices { slopes[place] -= pull[place] }
    return exact.map { solved(lanes, slopes, $0.factor, $0.stays) } ?? descended(lanes, slopes)
  }

  /// The solution of the normal equations.
  private func solved(
    _ lanes: RowLanes, _ slopes: [RowLanes.Vector], _ factor: CholeskyFactor, _ stays: [Int]
  ) -> [RowLanes.Vector] {
    var errors = lanes.errors
    var low = stays.map { SIMD8<Double>(-slopes[$0].lowHalf) }
    var high = stays.map { SIMD8<Double>(-slopes[$0].highHalf) }
    factor.solve(&low)
    factor.solve(&high)
    for (index, place) in stays.enumerated() {
      errors[place] += RowLanes.Vector(lowHalf: SIMD8<Float>(low[index]), highHalf: SIMD8<Float>(high[index]))
    }
    return errors
  }

  /// Goes through the elements in turn (coordinate descent), which never makes a row worse.
  private func descended(_ lanes: RowLanes, _ start: [RowLanes.Vector]) -> [RowLanes.Vector] {
    let length = start.count
    var (errors, slopes) = (lanes.errors, start)
    sums.gram.withUnsafeBufferPointer { matrix in
      slopes.withUnsafeMutableBufferPointer { slopes in
        for _ in 0..<Self.rounds {
          for place in 0..<length {
            let curvature = matrix[place * length + place] + damping
            let change = slopes[place] * lanes.free[place] * (-1 / curvature)
            guard any(change .!= 0) else { continue }
            errors[place] += change
            let base = place * length
            for other in 0..<length { slopes[other] += matrix[base + other] * change }
            slopes[place] += damping * change
          }
        }
      }
    }
    return errors
  }
}
