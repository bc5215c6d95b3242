package import Graphs
package import Operators
import Tensors

/// Where a stored weight meets what it is multiplied with.
package struct WeightInput: Sendable {
  /// How the rows that a weight is multiplied with lie in its input.
  package enum Layout: Hashable, Sendable {
    /// The last axis of the input is a row, as the weight's axis that is summed over.
    case rows
    /// Rows are windows of `[N, C, …]`, channels first.
    case windows(kernel: [Int], strides: [Int], begins: [Int], ends: [Int], dilations: [Int])
  }

  /// The operator that multiplies them.
  package let node: Node.ID
  package let weight: Value.ID
  /// The axis of the weight that is summed over.
  package let weightAxis: Int
  /// The axis of the weight of which each index makes a channel of the result.
  package let resultAxis: Int?
  package let input: Value.ID
  /// The axis of the input that goes with `weightAxis`.
  package let inputAxis: Int
  /// `nil` where they lie otherwise.
  package let layout: Layout?

  /// The inputs of all stored weights of a model that something is multiplied with.
  package static func all(of model: Model, _ inference: ModelInference) -> [WeightInput] {
    let subject = PruningSubject(model, inference)
    let contexts = Dictionary(
      uniqueKeysWithValues: subject.order.compactMap { node in
        subject.context(of: node, allowsNormChange: false, choice: 0).map { (node, $0) }
      })
    var found: [WeightInput] = []
    for node in subject.order {
      guard let context = contexts[node] else { continue }
      for (axis, role) in context.roles where role == .consumer {
        guard let value = subject.value(axis.operand, of: node),
          let stored = subject.storedAxes(of: value, axis.axis, contexts).first,
          let other = context.partner(of: axis), let input = subject.value(other.operand, of: node),
          subject.tensor(input) == nil
        else { continue }
        let producer = context.roles.first { $0.axis.operand == axis.operand && $0.role == .producer }
        let result = producer.flatMap { subject.storedAxes(of: value, $0.axis.axis, contexts).first }
        found.append(
          WeightInput(
            node: node, weight: stored.value, weightAxis: stored.axis,
            resultAxis: result.flatMap { $0.value == stored.value ? $0.axis : nil }, input: input,
            inputAxis: other.axis, layout: layout(of: node, subject, input, other.axis, stored)))
      }
    }
    return found
  }

  /// The weights that are read by more than the operators that multiply with them, such as a table that is looked up in.
  package static func weightsReadOtherwise(in model: Model, _ inputs: [WeightInput]) -> Set<Value.ID> {
    let readers = Dictionary(grouping: inputs, by: \.weight).mapValues { Set($0.map(\.node)) }
    // What is made of each weight alone, and of numbers that are stored as well.
    var origins: [Value.ID: Set<Value.ID>] = readers.reduce(into: [:]) { $0[$1.key] = [$1.key] }
    var found: Set<Value.ID> = []
    let leaves = LeafTensors(model.graph)
    for node in model.graph.executionOrder(of: model.graph.body).order {
      let arguments = model.graph.nodes[node].arguments.compactMap(\.self)
      let weights = arguments.reduce(into: Set<Value.ID>()) { $0.formUnion(origins[$1] ?? []) }
      guard !weights.isEmpty else { continue }
      let isStored = arguments.allSatisfy { leaves[$0] != nil || origins[$0] != nil }
      if isStored {
        for case let result? in model.graph.nodes[node].results { origins[result, default: []].formUnion(weights) }
      } else {
        found.formUnion(weights.filter { readers[$0]?.contains(node) != true })
      }
    }
    for output in model.graph.regions[model.graph.body].outputs { found.formUnion(origins[output] ?? []) }
    return found
  }

  private static func layout(
    of node: Node.ID, _ subject: PruningSubject, _ input: Value.ID, _ axis: Int, _ stored: (value: Value.ID, axis: Int)
  ) -> Layout? {
    let own = subject.graph.nodes[node]
    guard let rank = subject.types[input.index].shape?.rank, let tensor = subject.tensor(stored.value) else {
      return nil
    }
    if own.operatorType == "MatMul" || own.operatorType == "Gemm" {
      return tensor.sizes.count == 2 && axis == rank - 1 ? .rows : nil
    }
    let spatial = tensor.sizes.count - 2
    guard own.operatorType == "Conv", own.domain.isEmpty, own[attribute: "group"]?.int ?? 1 == 1, stored.axis == 1,
      axis == 1, rank == tensor.sizes.count, (1...3).contains(spatial)
    else { return nil }
    func list(_ name: String, _ count: Int, _ value: Int) -> [Int]? {
      guard let given = own[attribute: name]?.ints else { return Array(repeating: value, count: count) }
      let known = given.compactMap { Int(exactly: $0) }
      return known.count == count && known.allSatisfy { (0...1 << 16).contains($0) } ? known : nil
    }
    switch own[attribute: "auto_pad"] {
    case nil: break
    case .string(let text)? where String(decoding: text, as: UTF8.self) == "NOTSET": break
    default: return nil
    }
    guard let strides = list("strides", spatial, 1), let pads = list("pads", 2 * spatial, 0),
      let dilations = list("dilations", spatial, 1), !strides.contains(0), !dilations.contains(0)
    else { return nil }
    return .windows(
      kernel: Array(tensor.sizes[2...]), strides: strides, begins: Array(pads[..<spatial]),
      ends: Array(pads[spatial...]), dilations: dilations)
  }
}

extension PruningContext {
  /// The axis of another argument whose indices go with those of an axis, one with one.
  fileprivate func partner(of axis: OperandAxis) -> OperandAxis? {
    for coupling in couplings where coupling.map == .same {
      let other = coupling.coarse == axis ? coupling.fine : coupling.fine == axis ? coupling.coarse : nil
      if let other, case .input = other.operand, other.operand != axis.operand { return other }
    }
    return nil
  }
}
