import Graphs
import Operators
import Tensors

// Operators that take sizes: the element that holds the old batch size becomes 0, −1, 1 or a computed size.
extension BatchReviser {
  func reviseReshape(_ call: inout Call) {
    guard call.inputs.count == 2, let data = call.inputs[0]?.type.shape?.dimensions,
      let axis = batchAxis(call.inputs[0]),
      var target = integers(call.inputs[1]), let result = shape(ofOldResult: 0, of: call), result.count == target.count
    else { return }
    let copiesZero = int("allowzero", of: call) ?? 0 == 0
    guard let (place, factor) = carrier(of: data, axis, in: result) else { return }
    // A 0 copies the size at its own axis, which is the batch's there now.
    if copiesZero, place != axis, target.indices.contains(axis), target[axis] == 0 {
      guard let size = result[axis].constant else { return }
      target[axis] = size
    }
    let isCopy = copiesZero && place == axis && Dimension(factor) * batch == data[axis]
    if target[place] == -1 || isCopy && target[place] == 0 {
      guard target != integers(call.inputs[1]) else { return }
      return put(target.map(BatchEntry.constant), at: 1, of: &call)
    }
    if isCopy {
      target[place] = 0
    } else if let open = target.firstIndex(of: -1) {
      guard let size = result[open].constant else {
        var entries = target.map(BatchEntry.constant)
        entries[place] = .batch(times: factor)
        return put(entries, at: 1, of: &call)
      }
      target[open] = size
      target[place] = -1
    } else {
      target[place] = -1
    }
    put(target.map(BatchEntry.constant), at: 1, of: &call)
  }

  /// The axis of a reshaped result that has the samples, and how many of its places each sample takes.
  ///
  /// It is one before which there are as many elements as before the batch's axis of the data.
  private func carrier(of data: [Dimension], _ axis: Int, in result: [Dimension]) -> (place: Int, factor: Int)? {
    let before = data[..<axis].reduce(1, *)
    let own = oldSize(data[axis])
    var candidates: [(place: Int, factor: Int)] = []
    var product: Dimension = 1
    for (place, size) in result.enumerated() {
      if product.isProvablyEqual(to: before), let constant = size.constant, constant > 0,
        constant.isMultiple(of: self.size)
      {
        candidates.append((place, constant / self.size))
      }
      product *= size
    }
    // Axes of size 1 leave several: one for the samples alone comes first, at the place where they were.
    return candidates.first { $0.place == axis && $0.factor == 1 } ?? candidates.first { $0.factor == 1 }
      ?? candidates.first { result[$0.place] == own } ?? candidates.first
  }

  func reviseExpand(_ call: inout Call) {
    guard call.inputs.count == 2, let data = call.inputs[0]?.type.shape?.dimensions,
      let axis = batchAxis(call.inputs[0]),
      var target = integers(call.inputs[1])
    else { return }
    let place = axis + target.count - data.count
    guard target.indices.contains(place), target[place] != 1, Dimension(target[place]) == oldSize(data[axis]) else {
      return
    }
    target[place] = 1
    put(target.map(BatchEntry.constant), at: 1, of: &call)
  }

  func reviseResize(_ call: inout Call) {
    guard call.inputs.count == 4, let data = call.inputs[0]?.type.shape?.dimensions,
      let axis = batchAxis(call.inputs[0]),
      let sizes = integers(call.inputs[3])
    else { return }
    let axes = call.node[attribute: "axes"]?.ints ?? data.indices.map { Int64($0) }
    let places = axes.map { Int(clamping: $0 < 0 ? $0 + Int64(data.count) : $0) }
    guard let place = places.firstIndex(of: axis), sizes.indices.contains(place), data[axis] == batch,
      sizes[place] == size
    else { return }
    var entries = sizes.map(BatchEntry.constant)
    entries[place] = .batch(times: 1)
    put(entries, at: 3, of: &call)
  }

  /// A Slice that takes the whole batch takes it whatever its size is.
  func reviseSlice(_ call: inout Call) {
    guard call.inputs.count >= 3, let data = call.inputs[0]?.type.shape?.dimensions,
      let axis = batchAxis(call.inputs[0]),
      let starts = integers(call.inputs[1]), var ends = integers(call.inputs[2]), starts.count == ends.count,
      let own = oldSize(data[axis]).constant
    else { return }
    let axes = call.inputs.indices.contains(3) ? integers(call.inputs[3]) : Array(starts.indices)
    let steps = call.inputs.indices.contains(4) ? integers(call.inputs[4]) : starts.map { _ in 1 }
    guard let axes, let steps, axes.count == starts.count, steps.count == starts.count,
      let place = axes.firstIndex(where: { $0 == axis || $0 + data.count == axis }), starts[place] == 0,
      steps[place] == 1, ends[place] >= own, ends[place] < Int(Int32.max), call.inputs[2]?.type.element == .i64
    else { return }
    ends[place] = Int.max
    put(ends.map(BatchEntry.constant), at: 2, of: &call)
  }

  /// A Split into one part that is the whole batch.
  func reviseSplit(_ call: inout Call) {
    guard call.inputs.count == 2, let data = call.inputs[0]?.type.shape, let axis = batchAxis(call.inputs[0]),
      let sizes = integers(call.inputs[1]), sizes == [size], data.dimensions[axis] == batch
    else { return }
    let given = int("axis", of: call) ?? 0
    guard given == axis || given + data.rank == axis else { return }
    put([.batch(times: 1)], at: 1, of: &call)
  }
}
