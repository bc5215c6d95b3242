import Graphs
import Operators
import Tensors

// Operators whose arguments must agree: one that has the old batch size, or one that was as good as of any size where the
// batch was 1, is made to fit.
extension BatchReviser {
  func reviseConcat(_ call: inout Call) {
    guard let first = call.inputs.firstIndex(where: { batchAxis($0) != nil }), let axis = batchAxis(call.inputs[first]),
      let sizes = call.inputs[first]?.type.shape?.dimensions, sizes[axis] == batch,
      let given = int("axis", of: call)
    else { return }
    guard given != axis, given + sizes.count != axis else { return }
    for place in call.inputs.indices { fit(place, axis: axis, isFull: true, of: &call) }
  }

  func reviseRecurrent(_ call: inout Call) {
    let isBatchFirst = int("layout", of: call) ?? 0 == 1
    guard batchAxis(call.inputs[0]) == (isBatchFirst ? 0 : 1) else { return }
    fit(4, axis: 0, isFull: true, of: &call)
    for place in [5, 6] { fit(place, axis: isBatchFirst ? 0 : 1, isFull: true, of: &call) }
  }

  /// Arguments that broadcast along the batch.
  func reviseBroadcast(_ call: inout Call) {
    let name = call.node.operatorType
    guard size != 1, SampleOperators.elementwise.contains(name) || name == "MatMul" else { return }
    let ranks = call.inputs.map { $0?.type.shape?.rank }
    guard let rank = ranks.compactMap(\.self).max(), !ranks.contains(nil) else { return }
    guard let first = call.inputs.firstIndex(where: { batchAxis($0) != nil }), let own = batchAxis(call.inputs[first]),
      let ownRank = ranks[first]
    else { return }
    let axis = own + rank - ownRank
    guard name != "MatMul" || axis < rank - 2 else { return }
    for place in call.inputs.indices {
      guard let other = ranks[place] else { continue }
      fit(place, axis: axis - (rank - other), isFull: false, of: &call)
    }
  }
}
