import Graphs
import Operators
import Tensors

/// How important the slices of groups are.
///
/// A slice counts with all that it has of weights: rows of producers, columns of consumers, factors of normalizations;
/// biases do not count. Of these parts it has the mean, as Torch-Pruning's group magnitude does (Fang and others, 2023).
struct PruningScores {
  private let subject: PruningSubject
  private let importance: PruningOptions.Importance
  private let inputNorms: [StoredAxis: [Float]]
  /// What each index of an axis amounts to.
  private var norms: [WeightPlace: [Double]] = [:]

  /// Why weights that are infinite or NaN stay.
  static let notFinite = "its weights are not all finite"

  private struct WeightPlace: Hashable {
    var value: Value.ID
    var axis: Int
  }

  init(_ subject: PruningSubject, _ options: PruningOptions, of groups: [PruningGroup]) {
    (self.subject, importance, inputNorms) = (subject, options.importance, options.inputNorms)
    var wanted: [Value.ID: Set<Int>] = [:]
    for group in groups where group.reason == nil {
      for axis in group.axes where counts(axis) { wanted[axis.value, default: []].insert(axis.axis) }
    }
    for (value, axes) in wanted {
      guard let tensor = subject.tensor(value) else { continue }
      if importance == .fpgm {
        for axis in axes { norms[WeightPlace(value: value, axis: axis)] = tensor.sliceDistances(along: axis) }
      } else {
        let squared = importance == .l2 || importance == .lamp
        for (axis, list) in tensor.sliceNorms(along: axes.sorted(), squared: squared) {
          let factors = inputNorms[StoredAxis(value, axis)]
          norms[WeightPlace(value: value, axis: axis)] =
            importance == .wanda ? zip(list, factors ?? []).map { $0 * Double($1) } : list
        }
      }
    }
  }

  /// Whether an axis is one whose slices are weighed.
  private func counts(_ axis: WeightAxis) -> Bool {
    switch importance {
    case .l1, .l2, .lamp: !axis.roles.isEmpty
    case .fpgm: axis.roles.contains(.producer)
    case .batchNormalization: axis.roles.contains(.scale)
    case .wanda: axis.roles.contains(.consumer) && inputNorms[axis.stored] != nil
    }
  }

  /// Gives each slice of a group its score; a group that cannot be weighed stays as it is.
  func score(_ group: inout PruningGroup) {
    let axes = group.axes.indices.filter { counts(group.axes[$0]) }
    guard !axes.isEmpty else {
      let why = importance == .wanda ? "no sample shows what its channels hold" : "it has no BatchNormalization"
      group.reason = "nothing of it is weighed by \(importance.rawValue): \(why)"
      return
    }
    group.scores = group.indices.map { slice in
      axes.reduce(0) { total, place in
        let axis = group.axes[place]
        let list = norms[WeightPlace(value: axis.value, axis: axis.axis)] ?? []
        return total + slice[place].reduce(0) { $0 + (list.indices.contains($1) ? list[$1] : 0) }
      } / Double(axes.count)
    }
    guard group.scores.allSatisfy(\.isFinite) else {
      group.reason = Self.notFinite
      return
    }
    if importance == .lamp { group.scores = Self.adapted(group.scores) }
  }

  /// Each score over the sum of those that are no less.
  private static func adapted(_ scores: [Double]) -> [Double] {
    var adapted = scores
    var rest = 0.0
    for place in scores.indices.sorted(by: { (scores[$0], $0) > (scores[$1], $1) }) {
      rest += scores[place]
      adapted[place] = rest > 0 ? scores[place] / rest : 0
    }
    return adapted
  }
}
