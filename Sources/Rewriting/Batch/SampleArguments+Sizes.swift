import Graphs
import Tensors

// Operators that keep elements in their order, or make tensors out of sizes.
extension SampleArguments {
  /// A tensor made by sizes that has the same for every sample.
  func filled() -> SampleFlow {
    .layouts(
      node.results.map { result in
        guard let result else { return nil }
        let axes = tracker.batchAxes(of: result)
        return axes.count == 1 ? SampleLayout(axis: axes[0]) : nil
      })
  }

  /// What is computed from how many samples there are, without the samples.
  func sizeArithmetic() -> SampleFlow {
    let hasBatch = node.results.contains { $0.map { !tracker.batchAxes(of: $0).isEmpty } ?? false }
    return hasBatch ? .mixed("numbers the samples") : .layouts(node.results.map { _ in nil })
  }

  func orderKeeping() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let (sizes, result) = (sizes(0), resultSizes())
    let axes = result.indices.filter { result[$0].symbols.contains(tracker.name) }
    guard axes.count == 1 else { return .mixed("gives \(Shape(result)), which has no one axis for the batch") }
    let before = sizes[..<layout.axis].reduce(layout.outer) { $0 * $1 }
    let product = result[..<axes[0]].reduce(1) { $0 * $1 }
    let outer = before.isProvablyEqual(to: product) ? 1 : before.floorDivided(by: product)
    guard (outer * product).isProvablyEqual(to: before) else {
      return .mixed("puts elements of different samples into one place of \(Shape(result))")
    }
    return all(axes[0], SampleLayout(axis: axes[0], outer: outer))
  }

  func expand() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let axis = layout.axis + resultSizes().count - sizes(0).count
    guard resultSizes().indices.contains(axis), resultSizes()[axis].isProvablyEqual(to: sizes(0)[layout.axis]) else {
      return .mixed("repeats the batch")
    }
    return all(axis, layout)
  }

  /// Operators that leave the sizes of some axes as they are, the batch's among them.
  func sameSize() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let (sizes, result) = (sizes(0), resultSizes())
    guard sizes.count == result.count, result[layout.axis].isProvablyEqual(to: sizes[layout.axis]) else {
      return .mixed("changes how many samples there are")
    }
    if node.operatorType == "Pad" {
      guard tracker.opset < 11 || node.arguments.count < 4 || node.inputs[3] == nil,
        let pads = tracker.opset < 11
          ? node[attribute: "pads"]?.ints.map({ $0.map { Int(clamping: $0) } }) : integers(1),
        pads.count == 2 * sizes.count, pads[layout.axis] == 0
      else { return .mixed("pads axes that are not known, or the batch") }
    }
    if node.operatorType == "Trilu", layout.axis >= sizes.count - 2 { return .mixed("takes a triangle of the batch") }
    return all(layout)
  }

  func slice() -> SampleFlow {
    guard let layout = onlyFirst() else { return several }
    let (sizes, result) = (sizes(0), resultSizes())
    guard sizes.count == result.count, result[layout.axis].isProvablyEqual(to: sizes[layout.axis]) else {
      return .mixed("takes some of the samples")
    }
    let axes = node.inputs.count > 3 && node.inputs[3] != nil ? integers(3) : Array(sizes.indices)
    guard let axes else { return .mixed("slices axes that are not known") }
    if let place = axes.firstIndex(where: { $0 == layout.axis || $0 + sizes.count == layout.axis }),
      node.inputs.count > 4, node.inputs[4] != nil
    {
      guard let steps = integers(4), steps.indices.contains(place), steps[place] == 1 else {
        return .mixed("takes the samples in another order")
      }
    }
    return all(layout)
  }
}
