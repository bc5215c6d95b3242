import Graphs
import Tensors

/// Gives nodes what `BatchReviser` found for them.
struct BatchEditApplication {
  private var rewriter: Rewriter
  /// An input with a batch, and its axis.
  private let source: (value: Value.ID, axis: Int)?
  /// How many axes each value has.
  private let ranks: [Int?]
  /// A vector of one element, the size of the batch.
  private var batchSize: Value.ID?
  private var tensors: [TensorKey: Value.ID] = [:]

  private struct TensorKey: Hashable {
    var like: Value.ID
    var elements: [Int]
    var region: Region.ID
  }

  init(_ rewriter: Rewriter, sizeOf axes: [Value.ID: Int], ranks: [Int?]) {
    self.rewriter = rewriter
    self.ranks = ranks
    source = axes.min { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  var changes: Changes { rewriter.changes }

  mutating func finished() -> Graph { rewriter.finished() }

  mutating func apply(_ edit: BatchEdit, at place: Int, of node: Node.ID) {
    guard let argument = rewriter.input(node, place) else { return }
    let name = rewriter.graph.nodes[node].operatorType
    let value: Value.ID
    switch edit {
    case .constant(let elements):
      value = tensor(elements, like: argument, for: node)
      rewriter.tell("made", name, "take a size that fits any batch")
    case .computed(let entries):
      value = vector(entries, like: argument, for: node)
      rewriter.tell("made", name, "take a size that is computed from the batch")
    case .expanded(let axis):
      value = expanded(argument, axis, for: node)
      rewriter.tell("repeated an argument of", name, "for each sample")
    case .single(let axis):
      value = single(argument, axis, for: node)
      rewriter.tell("made", name, "take one of many equal rows")
    case .singleExpanded(let axis):
      value = expanded(single(argument, axis, for: node), axis, rank: rank(argument), for: node)
      rewriter.tell("repeated an argument of", name, "for each sample")
    }
    var inputs = rewriter.graph.nodes[node].inputs
    inputs[place] = value
    rewriter.rewire(node, inputs)
  }

  private func rank(_ value: Value.ID) -> Int { ranks.indices.contains(value.index) ? ranks[value.index] ?? 1 : 1 }

  private mutating func tensor(_ elements: [Int], like value: Value.ID, for node: Node.ID) -> Value.ID {
    let region = rewriter.places[node.index] ?? rewriter.graph.body
    let key = TensorKey(like: value, elements: elements, region: region)
    if let known = tensors[key] { return known }
    let made = rewriter.makeTensor(.i64(elements), like: value, for: node)
    tensors[key] = made
    return made
  }

  private mutating func result(
    _ operatorType: String, _ inputs: [Value.ID?], _ attributes: [Attribute] = [], like name: String,
    before node: Node.ID
  ) -> Value.ID {
    let fresh = rewriter.freshName(like: name)
    let value = rewriter.makeValue(fresh, .unknown, .undefined)
    rewriter.insert(
      Node(operatorType, name: fresh, inputs: inputs, outputs: [value], attributes: attributes), before: node)
    return value
  }

  /// The size of the batch, read off an input once for the whole graph.
  private mutating func sizeOfBatch() -> Value.ID? {
    if let batchSize { return batchSize }
    guard let source, let first = rewriter.graph.regions[rewriter.graph.body].nodes.first else { return nil }
    let shape = result("Shape", [source.value], like: "batch_shape", before: first)
    let axis = rewriter.makeTensor(.i64([source.axis]), like: shape, for: first)
    batchSize = result("Gather", [shape, axis], [Attribute("axis", .int(0))], like: "batch_size", before: first)
    return batchSize
  }

  private mutating func vector(_ entries: [BatchEntry], like value: Value.ID, for node: Node.ID) -> Value.ID {
    guard let batch = sizeOfBatch() else { return value }
    var parts: [Value.ID] = []
    var run: [Int] = []
    func text(_ id: Value.ID) -> String { rewriter.graph.values[id].name }
    for entry in entries {
      switch entry {
      case .constant(let element): run.append(element)
      case .batch(let factor):
        if !run.isEmpty { parts.append(tensor(run, like: value, for: node)) }
        run = []
        if factor == 1 {
          parts.append(batch)
        } else {
          let times = tensor([factor], like: value, for: node)
          parts.append(result("Mul", [batch, times], like: text(value), before: node))
        }
      }
    }
    if !run.isEmpty { parts.append(tensor(run, like: value, for: node)) }
    if parts.count == 1 { return parts[0] }
    return result("Concat", parts, [Attribute("axis", .int(0))], like: text(value), before: node)
  }

  private mutating func expanded(_ value: Value.ID, _ axis: Int, rank: Int? = nil, for node: Node.ID) -> Value.ID {
    var entries = Array(repeating: BatchEntry.constant(1), count: rank ?? self.rank(value))
    if entries.indices.contains(axis) { entries[axis] = .batch(times: 1) }
    let sizes = vector(entries, like: value, for: node)
    return result("Expand", [value, sizes], like: rewriter.graph.values[value].name, before: node)
  }

  private mutating func single(_ value: Value.ID, _ axis: Int, for node: Node.ID) -> Value.ID {
    let (start, end, axes) = (
      tensor([0], like: value, for: node), tensor([1], like: value, for: node), tensor([axis], like: value, for: node)
    )
    return result("Slice", [value, start, end, axes], like: rewriter.graph.values[value].name, before: node)
  }
}
