import Graphs
import Tensors

// Operators along axes that attributes name.
extension SampleArguments {
  func elementwise() -> SampleFlow {
    let rank = (node.inputs.indices.map { sizes($0).count }.max() ?? 0)
    var common: SampleLayout?
    for place in stacked {
      guard let layout = layouts[place] else { continue }
      let aligned = SampleLayout(axis: layout.axis + rank - sizes(place).count, outer: layout.outer)
      if let common, !common.isSame(as: aligned) { return .mixed("brings different samples together") }
      common = aligned
    }
    guard let common else { return .layouts([]) }
    return all(common)
  }

  func alongAxis(_ standard: Int) -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let rank = sizes(0).count
    let isOld = tracker.opset < 13 && node.operatorType != "LpNormalization"
    let given = int("axis") ?? (isOld ? 1 : standard)
    let axis = given < 0 ? given + rank : given
    if isOld ? layout.axis >= axis : layout.axis == axis { return .mixed("runs along the batch") }
    return all(layout)
  }

  func fromAxis() -> SampleFlow {
    let isSkip = node.operatorType.hasPrefix("Skip")
    guard stacked == [0] || isSkip && stacked == [0, 1], let layout = layouts[0] else { return several }
    if let other = self.layout(1), !other.isSame(as: layout) { return .mixed("brings different samples together") }
    let rank = sizes(0).count
    let given = int("axis") ?? -1
    guard layout.axis < (given < 0 ? given + rank : given) else { return .mixed("normalizes over the batch") }
    return .layouts(
      node.results.map { $0.map { tracker.sizes($0).isEmpty ? nil : layout } ?? nil })
  }

  func reduction() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let rank = sizes(0).count
    var axes = node[attribute: "axes"]?.ints.map { $0.map { Int(clamping: $0) } }
    if axes == nil, node.inputs.count > 1, node.inputs[1] != nil {
      guard let known = integers(1) else { return .mixed("reduces axes that are not known") }
      axes = known
    }
    if axes ?? [] == [], int("noop_with_empty_axes") == 1 { return all(layout) }
    guard let axes, !axes.isEmpty else { return .mixed("reduces all axes, the batch too") }
    return reduced(layout, axes.map { $0 < 0 ? $0 + rank : $0 })
  }

  func argument() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let axis = int("axis") ?? 0
    return reduced(layout, [axis < 0 ? axis + sizes(0).count : axis])
  }

  private func reduced(_ layout: SampleLayout, _ axes: [Int]) -> SampleFlow {
    if axes.contains(layout.axis) { return .mixed("reduces over the batch") }
    if int("keepdims") ?? 1 != 0 { return all(layout) }
    return all(layout.axis - Set(axes).count { $0 < layout.axis }, layout)
  }

  func alongOwnAxis() -> SampleFlow {
    let rank = sizes(0).count
    guard let layout = layout(0), stacked == [0] || node.operatorType == "GatherElements" && stacked == [0, 1] else {
      return several
    }
    if let other = self.layout(1), !other.isSame(as: layout) { return .mixed("brings different samples together") }
    let given =
      node.operatorType == "CumSum" ? integers(1)?.first : int("axis") ?? (node.operatorType == "TopK" ? -1 : 0)
    guard let given else { return .mixed("runs along an axis that is not known") }
    if (given < 0 ? given + rank : given) == layout.axis { return .mixed("runs along the batch") }
    return all(layout)
  }

  func concat() -> SampleFlow {
    guard let first = layout(0), stacked.count == node.inputs.count else {
      return .mixed("joins samples with what has none")
    }
    guard layouts.allSatisfy({ $0.map { $0.isSame(as: first) } ?? false }) else {
      return .mixed("brings different samples together")
    }
    let axis = int("axis") ?? 0
    if (axis < 0 ? axis + sizes(0).count : axis) == first.axis { return .mixed("joins tensors along the batch") }
    return all(first)
  }

  func split() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let axis = int("axis") ?? 0
    if (axis < 0 ? axis + sizes(0).count : axis) == layout.axis {
      guard node.results.count == 1 else { return .mixed("splits the batch") }
    }
    return all(layout)
  }

  func transpose() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let rank = sizes(0).count
    let order = node[attribute: "perm"]?.ints.map { $0.map { Int(clamping: $0) } } ?? Array((0..<rank).reversed())
    guard let axis = order.firstIndex(of: layout.axis) else { return .mixed("permutes axes that are not known") }
    return all(axis, layout)
  }

  func gather() -> SampleFlow {
    let axis = int("axis") ?? 0
    let own = axis < 0 ? axis + sizes(0).count : axis
    switch stacked {
    case [0]:
      guard let layout = layout(0) else { return several }
      if layout.axis == own { return .mixed("takes some of the samples") }
      return all(layout.axis < own ? layout.axis : layout.axis + sizes(1).count - 1, layout)
    case [1]:
      guard let layout = layout(1) else { return several }
      return all(own + layout.axis, layout)
    default: return .mixed("looks samples up by others")
    }
  }

  func oneHot() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let given = int("axis") ?? -1
    let axis = given < 0 ? given + sizes(0).count + 1 : given
    return all(layout.axis < axis ? layout.axis : layout.axis + 1, layout)
  }

  func quantization() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let axis = int("axis") ?? 1
    if !sizes(1).isEmpty, sizes(1) != [1], (axis < 0 ? axis + sizes(0).count : axis) == layout.axis {
      return .mixed("has scales along the batch")
    }
    return all(layout)
  }
}
