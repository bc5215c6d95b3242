import Tensors

extension OperatorRules {
  /// A part of the input: `starts` to before `ends` along `axes` (all by default) in `steps` (1 by default).
  package static let slice = movement("Slice") { context in
    guard let shape = context.shape(0) else { return }
    // Of nothing a part is nothing, whatever the bounds.
    let unknown = Shape(shape.dimensions.map { $0.constant == 0 ? 0 : .unknown })
    guard let slices = context.slices(of: shape) else { return context.set(shape: unknown) }
    var result = shape
    for slice in slices { result.dimensions[slice.axis] = slice.length(on: shape.dimensions[slice.axis]) }
    context.set(shape: result, elements: context.slicedCells(of: shape, slices))
    context.fold { context in
      guard let data = context.smallTensor(0), data.sizes.count == shape.rank else { return nil }
      var axes = data.sizes.map { Array(0..<$0) }
      for slice in slices {
        guard let indices = slice.indices(count: data.sizes[slice.axis]) else { return nil }
        axes[slice.axis] = indices
      }
      return data.picking(axes: axes)
    }
  }.pruned { context in
    guard let shape = context.shape(.input(0)), let slices = context.call.slices(of: shape) else { return }
    for axis in 0..<shape.rank {
      guard let place = slices.firstIndex(where: { $0.axis == axis }) else {
        context.couple(.input(0, axis), .output(0, axis))
        continue
      }
      guard let size = shape.dimensions[axis].constant, size <= PruningContext.longestAxis,
        let taken = slices[place].indices(count: size)
      else { continue }
      if taken == Array(0..<size) {
        context.couple(.input(0, axis), .output(0, axis))
        if (slices[place].end.constant ?? 0) > size { continue }
      } else if slices[place].step == 1, let first = taken.first {
        context.couple(.output(0, axis), .input(0, axis), .offset(first))
      } else {
        continue
      }
      context.set(.position(input: 1, attribute: "starts", element: place, on: .input(0, axis)))
      context.set(.position(input: 2, attribute: "ends", element: place, on: .input(0, axis)))
    }
  }
}

/// A slice along one axis, whose bounds are as the call gives them.
private struct AxisSlice {
  var axis: Int
  var start: Dimension
  var end: Dimension
  var step: Dimension

  /// Beyond every size: exporters write "to the end" as the greatest 32-bit or 64-bit integer.
  private static let beyond = Int(Int32.max)

  /// The bound counted from the front and clamped; unknown where its sign is, or what it is clamped to.
  private func position(_ bound: Dimension, size: Dimension, lowest: Dimension, highest: Dimension) -> Dimension {
    if let constant = bound.constant {
      if constant >= Self.beyond { return highest }
      if constant <= -Self.beyond { return lowest }
    }
    if bound.isProvablyAtLeast(0) || isNatural(bound, size: size) {
      return bound.isProvablyEqual(to: lowest) ? lowest : Dimension.minimum(bound, highest)
    }
    if (-1 - bound).isProvablyAtLeast(0) { return Dimension.maximum(bound + size, lowest) }
    return .unknown
  }

  /// Whether an integer is not below 0 since a size is not, though nothing may be known of the names in them: it is the
  /// size at least, or half of it.
  private func isNatural(_ bound: Dimension, size: Dimension) -> Bool {
    bound.isProvablyAtLeast(size) || (bound * 2 + 1).isProvablyAtLeast(size)
  }

  /// `max(0, ceil((end − start) / step))` with clamped bounds.
  func length(on size: Dimension) -> Dimension {
    if size.constant == 0 { return 0 }
    guard let step = step.constant, step != 0, step > -Self.beyond * 2 else { return .unknown }
    if step > 0 {
      let from = position(start, size: size, lowest: 0, highest: size)
      let to = position(end, size: size, lowest: 0, highest: size)
      if from == 0, to == size { return IntegerArithmetic.ceiling(size, Dimension(step)) }
      // The last so many.
      if step == 1, to == size, let count = start.constant, count < 0, count > -Self.beyond {
        return Dimension.minimum(size, Dimension(-count))
      }
      return Dimension.maximum(IntegerArithmetic.ceiling(stretch(on: size) ?? (to - from), Dimension(step)), 0)
    }
    guard !endsBeyondBackwards else { return .unknown }
    let from = position(start, size: size, lowest: 0, highest: size - 1)
    let to = position(end, size: size, lowest: -1, highest: size - 1)
    let length = Dimension.maximum(IntegerArithmetic.ceiling(from - to, Dimension(-step)), 0)
    // Of nothing there is nothing to take, though the bounds are 1 apart.
    return size.isProvablyAtLeast(1) ? length : Dimension.minimum(length, size)
  }

  /// The elements between two constant bounds, without a bound clamped that need not be; below 0 where there are none.
  private func stretch(on size: Dimension) -> Dimension? {
    guard let start = start.constant, let end = end.constant, start > -Self.beyond, start < Self.beyond,
      end > -Self.beyond
    else { return nil }
    switch (start < 0, end < 0) {
    case (false, true): return size - Dimension(start) + Dimension(end)
    case (false, false):
      let end = end >= Self.beyond ? size : Dimension.minimum(Dimension(end), size)
      return end - Dimension(start)
    case (true, true): return Dimension.minimum(Dimension(end - start), size + Dimension(end))
    case (true, false): return nil
    }
  }

  /// Whether a slice that runs backwards ends beyond the last element: ONNX Runtime then takes all, and the specification
  /// nothing.
  private var endsBeyondBackwards: Bool {
    guard let step = step.constant, let end = end.constant else { return false }
    return step < 0 && end >= Self.beyond
  }

  /// The positions taken of a list, where the bounds are constant.
  func indices(count: Int) -> [Int]? {
    guard let step = step.constant, step != 0, let start = start.constant, let end = end.constant, !endsBeyondBackwards
    else { return nil }
    func clamped(_ bound: Int, _ lowest: Int, _ highest: Int) -> Int {
      let fromFront = bound < 0 ? bound &+ count : bound
      return Swift.max(lowest, Swift.min(fromFront, highest))
    }
    if step > 0 { return Array(Swift.stride(from: clamped(start, 0, count), to: clamped(end, 0, count), by: step)) }
    guard count > 0 else { return [] }
    return Array(Swift.stride(from: clamped(start, 0, count - 1), to: clamped(end, -1, count - 1), by: step))
  }
}

extension InferenceContext {
  /// The elements of argument 0 that slices take, where their bounds are constant.
  fileprivate func slicedCells(of shape: Shape, _ slices: [AxisSlice]) -> [Dimension]? {
    guard let cells = cells(0), let sizes = shape.constants, ShapeData.size(of: shape) == cells.count else {
      return nil
    }
    var positions = sizes.map { Array(0..<$0) }
    for slice in slices {
      guard let taken = slice.indices(count: sizes[slice.axis]) else { return nil }
      positions[slice.axis] = taken
    }
    return ShapeData.places(in: sizes, at: positions).map { cells[$0] }
  }

  fileprivate mutating func slices(of shape: Shape) -> [AxisSlice]? {
    guard case .known(let starts) = setting(input: 1, attribute: "starts"),
      case .known(let ends) = setting(input: 2, attribute: "ends")
    else { return nil }
    let axes: [Int]
    switch setting(input: 3, attribute: "axes") {
    case .absent: axes = Array(starts.indices)
    case .unknown: return nil
    case .known(let given):
      axes = given.compactMap(\.constant)
      guard axes.count == given.count else { return nil }
    }
    var steps = Array(repeating: Dimension(1), count: starts.count)
    if input(4) != nil { steps = shapeData(4) ?? steps.map { _ in .unknown } }
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      report(
        "shape-mismatch",
        "starts, ends, axes and steps must be as long as each other, but have \(starts.count), \(ends.count), "
          + "\(axes.count) and \(steps.count) elements")
      return nil
    }
    if steps.contains(where: { $0.constant == 0 }) {
      report("invalid-attribute", "a step is 0", at: .input(4))
      return nil
    }
    var slices: [AxisSlice] = []
    for (index, axis) in axes.enumerated() {
      guard let axis = normalized(axis: axis, rank: shape.rank, at: input(3) == nil ? .call : .input(3)) else {
        return nil
      }
      slices.append(AxisSlice(axis: axis, start: starts[index], end: ends[index], step: steps[index]))
    }
    return slices
  }
}
