package import Graphs
package import Operators
import Tensors

/// An axis of a stored tensor.
package struct StoredAxis: Hashable, Sendable {
  package var value: Value.ID
  package var axis: Int

  package init(_ value: Value.ID, _ axis: Int) { (self.value, self.axis) = (value, axis) }
}

/// An axis of a stored tensor, and what it is to the operators that take the tensor.
package struct WeightAxis: Hashable, Sendable {
  package var value: Value.ID
  package var axis: Int
  package var roles: Set<WeightRole>

  package var stored: StoredAxis { StoredAxis(value, axis) }
}

/// Slices of weights that go together or stay together, and others like them.
package struct PruningGroup: Sendable {
  /// The tensors that make the channels, or what comes nearest to that.
  package var name: String
  /// The axes of stored tensors that a slice has indices of.
  package var axes: [WeightAxis]
  /// Who stands for each slice among the dependencies.
  var representatives: [Int32]
  /// For each slice its indices on each of the axes.
  package var indices: [[[Int]]]
  /// How important each slice is; empty where nobody asked.
  package var scores: [Double] = []
  /// The slices that go, in order.
  package var removed: [Int] = []
  /// Why the group may lose nothing.
  package var reason: String?

  /// Why nothing of the group goes; `nil` where something does.
  package var stays: String? { removed.isEmpty ? reason ?? "too few of it would go" : nil }

  /// The number of slices.
  package var count: Int { representatives.count }
  /// The channels of the producers in a slice, which are more than one where blocks go together.
  package var width: Int {
    guard let place = axes.firstIndex(where: { $0.roles.contains(.producer) }) else { return 1 }
    return max(indices.first?[place].count ?? 1, 1)
  }
}

extension PruningDependencies {
  /// The groups of slices that a producer makes, in the order of the tensors.
  func groups(_ subject: PruningSubject) -> [PruningGroup] {
    // The members of each set that are indices of stored tensors, and the axes that all members are of.
    var members: [Int32: [(axis: Int, index: Int)]] = [:]
    var signatures: [Int32: Hasher] = [:]
    var producing: Set<Int32> = []
    for (place, axis) in numbering.axes.enumerated() {
      let isStored = subject.tensor(axis.value) != nil
      let makes = isStored && roles[place]?.contains(.producer) == true
      for number in axis.indices {
        let representative = representatives[number]
        signatures[representative, default: Hasher()].combine(place)
        guard isStored else { continue }
        members[representative, default: []].append((place, number - axis.indices.lowerBound))
        if makes { producing.insert(representative) }
      }
    }
    struct Key: Hashable {
      var signature: Int
      var isFixed: Bool
    }
    var places: [Key: Int] = [:]
    var groups: [PruningGroup] = []
    for representative in producing.sorted() {
      let reason = reasons[representative]
      let key = Key(signature: signatures[representative]?.finalize() ?? 0, isFixed: reason != nil)
      let own = members[representative] ?? []
      if places[key] == nil {
        places[key] = groups.count
        groups.append(group(of: own, subject, reason: reason?.text))
      }
      guard let place = places[key] else { continue }
      groups[place].representatives.append(representative)
      groups[place].indices.append(split(own))
    }
    for place in groups.indices where groups[place].reason == nil {
      groups[place].reason = problem(of: groups[place], subject)
    }
    return groups
  }

  private func group(
    of members: [(axis: Int, index: Int)], _ subject: PruningSubject, reason: String?
  ) -> PruningGroup {
    var axes: [WeightAxis] = []
    var last = -1
    for (place, _) in members where place != last {
      last = place
      let axis = numbering.axes[place]
      axes.append(WeightAxis(value: axis.value, axis: axis.axis, roles: roles[place] ?? []))
    }
    // The largest producer is what people think of.
    var (name, largest) = ("", -1)
    for axis in axes where axis.roles.contains(.producer) {
      let count = subject.tensor(axis.value)?.elementCount ?? 0
      if count > largest { (name, largest) = (subject.graph.values[axis.value].name, count) }
    }
    return PruningGroup(
      name: name, axes: axes, representatives: [], indices: [], reason: reason)
  }

  /// Indices by axis.
  private func split(_ members: [(axis: Int, index: Int)]) -> [[Int]] {
    var lists: [[Int]] = []
    var last = -1
    for (place, index) in members {
      if place != last { lists.append([]) }
      last = place
      lists[lists.count - 1].append(index)
    }
    return lists
  }

  private func problem(of group: PruningGroup, _ subject: PruningSubject) -> String? {
    group.count == 1 ? "all of its channels go together" : nil
  }
}
