package import Tensors

/// The weights that are left, changed so that their results come as near as can be to what they were.
///
/// For each row w of a weight of which only a part K may be other than 0, w' minimizes ‖X wᵀ − X̂ w'ᵀ‖² + λ ‖w' − w_K‖², where X
/// is what the row was multiplied with and X̂ what it is multiplied with in the pruned model (as He and others, 2017: Channel
/// Pruning). With more damping less changes, and with no samples nothing. λ is a part of the mean of the diagonal of X̂ᵀX̂, the
/// least of which is a hundredth, as SparseGPT has it (Frantar and Alistarh, 2023): that which does best on the half of the
/// rows that is not fitted to.
package struct Reconstruction {
  /// What may stay of a weight.
  package enum Kept {
    /// A tensor of the same sizes, 0 where it must stay 0.
    case elements(Tensor)
    /// These indices of an axis that is summed over; the others go.
    case channels([Int], axis: Int)
  }

  /// λ by the mean of the diagonal.
  private static let dampings = [0.01, 0.1, 1, 3, 10]
  /// The number of rows by which λ is chosen.
  private static let trialRows = 32

  private let rows: WeightRows
  /// Whether something reads the weight that is no multiplication, so that a change is an error there.
  private let isReadOtherwise: Bool

  /// - Parameters:
  ///   - weight: a tensor of 32-bit floats.
  ///   - result: the axis of which each index is a row; the elements of a row are in the order of the drift's.
  /// - Returns: `nil` where rows cannot be told apart.
  package init?(of weight: Tensor, _ kept: Kept, resultAxis: Int, isReadOtherwise: Bool = false) {
    guard let rows = WeightRows(weight, kept, resultAxis: resultAxis) else { return nil }
    self.rows = rows
    self.isReadOtherwise = isReadOtherwise
  }

  /// The number of elements of a row that are looked for, at most.
  package var unknownCount: Int { rows.unknownCount }

  /// The new elements in the shape of the weight; those of channels that go are as they were.
  ///
  /// - Returns: `nil` where rows that were not fitted to come out no better by any λ.
  package consuming func elements(by drift: consuming InputDrift) -> [Float]? {
    guard drift.length == rows.length, let damping = damping(for: drift.halves) else { return nil }
    let solver = ReconstructionSolver(drift.takeSums(), damping, rows)
    guard let solver else { return nil }
    var rows = rows
    let groups = stride(from: 0, to: rows.count, by: RowLanes.count).map { first in
      Array(first..<min(first + RowLanes.count, rows.count))
    }
    // A few at a time, so that their numbers take little memory.
    for first in stride(from: 0, to: groups.count, by: Parallel.width) {
      let chosen = Array(groups[first..<min(first + Parallel.width, groups.count)])
      let fitted = Parallel.map(chosen.count) { [rows] place in
        let lanes = rows.lanes(chosen[place])
        return (lanes: lanes, errors: solver.errors(of: lanes))
      }
      for (place, group) in fitted.enumerated() { rows.put(group.errors, group.lanes, chosen[place]) }
    }
    return rows.finished
  }

  /// The λ of which the errors are least, where each half of the rows is judged by what is fitted to the other.
  private func damping(for halves: [InputDrift.Sums]) -> Double? {
    guard halves.allSatisfy({ $0.rowCount > 0 }) else { return nil }
    let step = max(1, rows.count / Self.trialRows)
    let chosen = Array(stride(from: 0, to: rows.count, by: step).prefix(Self.trialRows))
    let trials = stride(from: 0, to: chosen.count, by: RowLanes.count).map {
      rows.lanes(Array(chosen[$0..<min($0 + RowLanes.count, chosen.count)]))
    }
    let judges = halves.map { half in trials.map { ReconstructionError(half, $0) } }
    let signal = judges.joined().reduce(0) { $0 + $1.signal }
    let size = trials.reduce(0) { $0 + RowLanes.dot($1.old, $1.old) }
    guard signal > 0, size > 0 else { return nil }
    func cost(_ errors: (Int, Int) -> [RowLanes.Vector]) -> Double {
      var cost = 0.0
      for half in halves.indices {
        for trial in trials.indices {
          let errors = errors(half, trial)
          cost += judges[half][trial].error(errors) / signal
          if isReadOtherwise { cost += RowLanes.dot(errors, errors) / size / Double(halves.count) }
        }
      }
      return cost
    }
    let mean = halves.reduce(0) { $0 + $1.trace } / Double(rows.length)
    var best: (cost: Double, damping: Double?) = (cost { trials[$1].errors }, nil)
    for damping in Self.dampings.map({ $0 * mean }) {
      let fits = Parallel.map(halves.count) { [rows] half in
        ReconstructionSolver(halves[half], damping, rows).map { trials.map($0.errors(of:)) }
      }.compactMap(\.self)
      guard fits.count == halves.count else { continue }
      let found = cost { fits[1 - $0][$1] }
      if found < best.cost { best = (found, damping) }
    }
    return best.damping
  }
}

/// How far results of rows are off, by a half of the samples.
private struct ReconstructionError {
  private let sums: InputDrift.Sums
  /// X̂ᵀ(X − X̂) w.
  private let pull: [RowLanes.Vector]
  /// ‖X̂ wᵀ‖².
  let signal: Double

  init(_ sums: InputDrift.Sums, _ lanes: RowLanes) {
    self.sums = sums
    pull = RowLanes.product(sums.drift, lanes.old)
    signal = RowLanes.dot(lanes.old, RowLanes.product(sums.gram, lanes.old))
  }

  /// ‖X wᵀ − X̂ w'ᵀ‖² for w' − w, but for what does not depend on it.
  func error(_ errors: [RowLanes.Vector]) -> Double {
    RowLanes.dot(errors, RowLanes.product(sums.gram, errors)) - 2 * RowLanes.dot(errors, pull)
  }
}
