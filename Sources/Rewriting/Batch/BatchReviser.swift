import Graphs
import Operators
import Tensors

/// Finds the arguments of nodes that hold the old batch size, while the graph is inferred with an open one.
final class BatchReviser {
  let graph: Graph
  /// What is known of each value where the batch has its old size.
  let old: [InferredValue]
  /// The old size of the batch.
  let size: Int
  /// Its size from now on.
  let batch: Dimension
  /// What has been found: the edits of each node, by the argument's place.
  private(set) var edits: [Node.ID: [Int: BatchEdit]] = [:]

  private let name: String

  init(_ graph: Graph, old: [InferredValue], size: Int, name: String) {
    self.graph = graph
    self.old = old
    self.size = size
    self.name = name
    batch = .symbol(name, atLeast: 1)
  }

  /// A node on the way, with what is known of its arguments with an open batch.
  struct Call {
    let node: Node
    var inputs: [InferredValue?]
    var edits: [Int: BatchEdit] = [:]
  }

  /// The arguments that a node is to take instead of those that it has.
  func revised(_ id: Node.ID, _ inputs: [InferredValue?]) -> [InferredValue?] {
    let node = graph.nodes[id]
    guard ["", "ai.onnx", "com.microsoft"].contains(node.domain), inputs.contains(where: { batchAxis($0) != nil })
    else { return inputs }
    var call = Call(node: node, inputs: inputs)
    switch node.operatorType {
    case "Reshape": reviseReshape(&call)
    case "Expand": reviseExpand(&call)
    case "Resize": reviseResize(&call)
    case "Slice": reviseSlice(&call)
    case "Split": reviseSplit(&call)
    case "Concat": reviseConcat(&call)
    case "LSTM", "GRU", "RNN": reviseRecurrent(&call)
    default: reviseBroadcast(&call)
    }
    edits[id] = call.edits.isEmpty ? nil : call.edits
    return call.inputs
  }
}

// MARK: - Facts

extension BatchReviser {
  /// The one axis whose size the batch is in; `nil` where there is none, or more than one.
  func batchAxis(_ fact: InferredValue?) -> Int? {
    guard let sizes = fact?.type.shape?.dimensions else { return nil }
    let axes = sizes.indices.filter { sizes[$0].symbols.contains(name) }
    return axes.count == 1 ? axes[0] : nil
  }

  /// The size of an axis where the batch has its old size.
  func oldSize(_ size: Dimension) -> Dimension { size.substituting([name: Dimension(size.isUnknown ? 1 : self.size)]) }

  /// The elements of a vector of integers that does not depend on the batch.
  func integers(_ fact: InferredValue?) -> [Int]? {
    guard let elements = fact?.elements else { return nil }
    let constants = elements.compactMap(\.constant)
    return constants.count == elements.count ? constants : nil
  }

  func shape(ofOldResult place: Int, of call: Call) -> [Dimension]? {
    guard call.node.results.indices.contains(place), let result = call.node.results[place] else { return nil }
    return old[result.index].type.shape?.dimensions
  }

  func int(_ name: String, of call: Call) -> Int? { call.node[attribute: name]?.int.flatMap(Int.init(exactly:)) }

  /// Whether a tensor is the same at every place of an axis.
  private func isUniform(_ value: Value.ID?, along axis: Int, elementLimit: Int = 1 << 16) -> Bool {
    guard let value else { return false }
    if let tensor = old[value.index].constant, let bytes = tensor.byteCount, bytes <= elementLimit,
      tensor.sizes.indices.contains(axis)
    {
      var content: [UInt8] = []
      tensor.forEachChunk { content.append(contentsOf: $0) }
      let outer = tensor.sizes[..<axis].reduce(1, *)
      let count = outer * tensor.sizes[axis]
      guard count > 0, content.count.isMultiple(of: count) else { return false }
      let block = content.count / count
      for place in 0..<outer {
        let start = place * tensor.sizes[axis] * block
        let first = content[start..<(start + block)]
        for other in 1..<max(tensor.sizes[axis], 1) {
          let begin = start + other * block
          guard content[begin..<(begin + block)].elementsEqual(first) else { return false }
        }
      }
      return true
    }
    guard case .result(let maker, _) = graph.values[value].definition else { return false }
    let node = graph.nodes[maker]
    switch node.operatorType {
    case "ConstantOfShape": return true
    case "Expand", "Tile":
      guard let data = node.inputs.first.flatMap(\.self), let sizes = old[data.index].type.shape?.dimensions,
        let rank = old[value.index].type.shape?.rank
      else { return false }
      let place = axis - (rank - sizes.count)
      return place < 0 || sizes.indices.contains(place) && sizes[place] == 1
    default: return false
    }
  }

  /// Puts a vector of sizes in the place of an argument.
  func put(_ entries: [BatchEntry], at place: Int, of call: inout Call) {
    let constants = entries.compactMap { if case .constant(let value) = $0 { value } else { nil } }
    if constants.count == entries.count {
      call.edits[place] = .constant(constants)
      call.inputs[place] = InferredValue(constant: .i64(constants))
      return
    }
    call.edits[place] = .computed(entries)
    call.inputs[place] = InferredValue(
      type: .tensor(TensorType(.i64, [Dimension(entries.count)])),
      elements: entries.map { entry in
        switch entry {
        case .constant(let value): Dimension(value)
        case .batch(let factor): Dimension(factor) * batch
        }
      })
  }

  /// Makes an argument that has the old size of the batch at an axis fit one of any size.
  ///
  /// - Parameter isFull: whether it must have all samples; otherwise one stands for all.
  func fit(_ place: Int, axis: Int, isFull: Bool, of call: inout Call) {
    guard call.inputs.indices.contains(place), let fact = call.inputs[place], batchAxis(fact) == nil,
      var sizes = fact.type.shape?.dimensions, sizes.indices.contains(axis), sizes[axis] == Dimension(size)
    else { return }
    if size == 1 {
      guard isFull else { return }
      call.edits[place] = .expanded(axis: axis)
    } else {
      guard isUniform(call.node.arguments[place], along: axis) else { return }
      call.edits[place] = isFull ? .singleExpanded(axis: axis) : .single(axis: axis)
    }
    sizes[axis] = isFull ? batch : 1
    call.inputs[place] = InferredValue(type: .tensor(TensorType(fact.type.element, sizes)))
  }
}
