import Graphs
import Tensors

extension OperatorRules {
  /// A subgraph that runs for each slice of its scanned inputs: state values, and behind them what its rounds collect.
  ///
  /// In version 8 everything has a batch axis in front, and the first input is the lengths of the batch's sequences.
  package static let scan = OperatorRules(
    "Scan",
    infer: { context in
      guard case .graph(let body)? = context.attribute("body"), let scanned = context.int("num_scan_inputs") else {
        return
      }
      let isBatched = context.opset < 9
      let arguments = context.inputs.dropFirst(isBatched ? 1 : 0).map { $0 ?? InferredValue(type: .unknown) }
      guard (0...arguments.count).contains(scanned) else {
        return context.report(
          "invalid-attribute", "`num_scan_inputs` is \(scanned), but there are \(arguments.count) inputs",
          at: .attribute("num_scan_inputs"))
      }
      let stateCount = arguments.count - scanned
      var batch: Dimension = .unknown
      func unbatched(_ type: TensorType) -> TensorType {
        guard isBatched else { return type }
        let (type, size) = type.removing(axis: 0)
        if batch.isUnknown { batch = size }
        return type
      }
      let states = arguments.prefix(stateCount).map { value -> InferredValue in
        guard isBatched, case .tensor(let type) = value.type else { return value }
        return InferredValue(type: .tensor(unbatched(type)))
      }
      let axes = isBatched ? [] : context.ints("scan_input_axes") ?? []
      var length: Dimension = .unknown
      let slices = arguments.dropFirst(stateCount).enumerated().map { index, value -> InferredValue in
        guard case .tensor(let type) = value.type else { return InferredValue(type: .unknown) }
        let (slice, size) = unbatched(type).removing(axis: axes.indices.contains(index) ? axes[index] : 0)
        if length.isUnknown || length.constant == nil && size.constant != nil { length = size }
        return InferredValue(type: .tensor(slice))
      }
      let ports =
        states.enumerated().map { InferenceContext.SubgraphPort("the state \($0 + 1)", $1.type) }
        + slices.enumerated().map { InferenceContext.SubgraphPort("a slice of the scanned input \($0 + 1)", $1.type) }
      guard context.takes(body, "body", inputs: ports) else { return }
      let rounds = context.rounds(of: body, states, slices)
      guard
        context.gives(
          body, "body", results: rounds.results, count: context.outputs.count, "one for each result of the Scan"),
        context.fits(results: rounds.results, "body", Array(ports.prefix(stateCount)))
      else { return }
      func batched(_ type: TensorType) -> ValueType { .tensor(isBatched ? type.inserting(batch, at: 0) : type) }
      for (index, value) in rounds.carried.enumerated() {
        context.set(index, type: value.type.tensor.map(batched) ?? .unknown)
      }
      let outputAxes = isBatched ? [] : context.ints("scan_output_axes") ?? []
      for (index, value) in rounds.results.dropFirst(stateCount).enumerated() {
        guard case .tensor(let type) = value.type else { continue }
        let collected = type.inserting(length, at: outputAxes.indices.contains(index) ? outputAxes[index] : 0)
        context.set(stateCount + index, type: batched(collected))
      }
    })
}

extension InferenceContext {
  /// What the rounds of a body agree on, for slices of which so much is known.
  fileprivate func rounds(of body: Region.ID, _ states: [InferredValue], _ slices: [InferredValue]) -> Rounds {
    let written = regionOutputs[body] ?? []
    return Rounds(states) { carried in evaluate?(body, carried + slices, true) ?? written }
  }
}
