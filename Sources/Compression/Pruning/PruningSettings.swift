import Graphs
import Operators
import Tensors

/// How many indices of the axes of values stay.
struct KeptIndices {
  let numbering: AxisNumbering
  let representatives: [Int32]
  /// Whether the numbers that one stands for go, by that one.
  let removed: Set<Int32>

  /// The indices that stay where these groups lose what goes of them, and nothing else does.
  func without(_ groups: [PruningGroup]) -> KeptIndices {
    KeptIndices(
      numbering: numbering, representatives: representatives,
      removed: Set(groups.flatMap { group in group.removed.map { group.representatives[$0] } }))
  }

  func isKept(_ number: Int) -> Bool { !removed.contains(representatives[number]) }

  /// The indices of an axis that stay; `nil` where all of them do.
  func list(_ value: Value.ID, _ axis: Int) -> [Int]? {
    guard !removed.isEmpty, let indices = numbering.indices(of: value, axis) else { return nil }
    let kept = indices.filter { isKept($0) }
    return kept.count == indices.count ? nil : kept.map { $0 - indices.lowerBound }
  }

  /// How many indices of an axis before `position` stay.
  func count(_ value: Value.ID, _ axis: Int, before position: Int) -> Int? {
    guard let indices = numbering.indices(of: value, axis), (0...indices.count).contains(position) else { return nil }
    return (indices.lowerBound..<indices.lowerBound + position).count { isKept($0) }
  }

  /// The type of a value without the indices that go.
  func type(of value: Value.ID, _ type: ValueType) -> ValueType {
    guard !removed.isEmpty, case .tensor(let tensor) = type, var shape = tensor.shape else { return type }
    for axis in shape.dimensions.indices {
      if let kept = list(value, axis) { shape.dimensions[axis] = Dimension(kept.count) }
    }
    return .tensor(TensorType(tensor.element, shape))
  }
}

extension PruningSubject {
  /// Axes that must stay since a setting cannot be made to follow them.
  func axesHeld(by setting: PruningSetting, of node: Node.ID) -> [(Value.ID, Int)] {
    switch setting {
    case .attribute, .partSizes: return []
    case .shape(let input, let copies):
      let unchanged = { (value: Value.ID, type: ValueType) in type }
      guard shape(input: input, copies: copies, of: node, unchanged) == nil,
        patches(input: input, of: node, unchanged) == nil, let value = value(.output(0), of: node)
      else { return [] }
      return (types[value.index].shape?.dimensions.indices).map { $0.map { (value, $0) } } ?? []
    case .position(let input, let attribute, let element, let axis):
      guard integers(input: input, attribute: attribute, of: node)?[element] == nil,
        let value = value(axis.operand, of: node)
      else { return [] }
      return [(value, axis.axis)]
    }
  }

  /// The integers of an argument or attribute, `nil` in the list for those that only a run tells.
  func integers(input: Int, attribute: String, of node: Node.ID) -> [Int?]? {
    if let value = value(.input(input), of: node) {
      if let stored = tensor(value)?.integerElements { return stored }
      return facts[value.index].elements?.map(\.constant)
    }
    return graph.nodes[node][attribute: attribute]?.ints?.map(Int.init(exactly:))
  }

  /// The shape that an argument must be for result 0 to have its new type; `nil` where it cannot be told beforehand.
  ///
  /// - Parameters:
  ///   - copies: whether 0 copies a size of argument 0 and −1 is what remains.
  ///   - type: the new type of a value, given the old one.
  func shape(
    input: Int, copies: Bool, of node: Node.ID, _ type: (Value.ID, ValueType) -> ValueType
  ) -> [Int]? {
    guard let value = value(.input(input), of: node), let result = self.value(.output(0), of: node),
      let before = types[result.index].shape?.dimensions,
      let after = type(result, types[result.index]).shape?.dimensions
    else { return nil }
    let axes = resizedAxes(of: node, rank: before.count)
    if let stored = tensor(value)?.integerElements {
      guard stored.count == axes.count else {
        // Expand's shape may have fewer axes than its result.
        return stored.count < before.count && !copies
          ? stored.enumerated().map { place, size in
            let axis = before.count - stored.count + place
            return before[axis].constant == size ? after[axis].constant ?? size : size
          } : nil
      }
      return zip(stored, axes).map { size, axis in
        size == before[axis].constant && !(copies && size == 0) ? after[axis].constant ?? size : size
      }
    }
    guard let elements = facts[value.index].elements, elements.count == axes.count else { return nil }
    let source = self.value(.input(0), of: node).flatMap { types[$0.index].shape?.dimensions } ?? []
    let isExpand = graph.nodes[node].operatorType == "Expand"
    var isOpen = false
    var target: [Int] = []
    for (place, element) in elements.enumerated() {
      let axis = axes[place]
      if let size = element.constant {
        target.append(size == before[axis].constant ? after[axis].constant ?? size : size)
      } else if isExpand, source.indices.contains(place - before.count + source.count),
        source[place - before.count + source.count].isProvablyEqual(to: before[axis])
      {
        // Where Expand is given a 1, it keeps what there is.
        target.append(1)
      } else if copies, source.indices.contains(place), source[place].isProvablyEqual(to: before[axis]) {
        target.append(0)
      } else if copies, !isOpen {
        isOpen = true
        target.append(-1)
      } else {
        return nil
      }
    }
    return target.count { $0 == -1 } > 1 ? nil : target
  }

  /// What stands in the place of the elements of a computed shape: those that are known beforehand as they must be then,
  /// `nil` for those that are left to the run; `nil` as a whole where it is not even known how many there are.
  func patches(
    input: Int, of node: Node.ID, _ type: (Value.ID, ValueType) -> ValueType
  ) -> [Int?]? {
    guard let value = value(.input(input), of: node), tensor(value) == nil, (opsets[""] ?? 0) >= 10,
      let elements = facts[value.index].elements, let result = self.value(.output(0), of: node),
      let before = types[result.index].shape?.dimensions,
      let after = type(result, types[result.index]).shape?.dimensions
    else { return nil }
    let axes = resizedAxes(of: node, rank: before.count)
    guard axes.count == elements.count else { return nil }
    return zip(elements, axes).map { element, axis in
      element.constant.map { $0 == before[axis].constant ? after[axis].constant ?? $0 : $0 }
    }
  }

  /// The axes that the sizes of a call are about.
  private func resizedAxes(of node: Node.ID, rank: Int) -> [Int] {
    guard graph.nodes[node].operatorType == "Resize", let given = graph.nodes[node][attribute: "axes"]?.ints,
      !given.isEmpty
    else { return Array(0..<rank) }
    let axes = given.compactMap { Int(exactly: $0) }.map { $0 < 0 ? $0 &+ rank : $0 }
    return axes.allSatisfy((0..<rank).contains) ? axes : []
  }
}
