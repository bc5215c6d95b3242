import Graphs
import Operators
import Tensors

/// Which indices of the axes of all values of a graph go together, and which must stay.
///
/// Every operator's rule couples indices of its own arguments and results; what hangs together by any number of such
/// couplings goes together or not at all.
struct PruningDependencies {
  let numbering: AxisNumbering
  /// For each number the least one that it goes with.
  private(set) var representatives: [Int32] = []
  /// Why numbers must stay, by who stands for them.
  private(set) var reasons: [Int32: Reason] = [:]
  /// The roles of weights' axes, by the axis's place.
  private(set) var roles: [Int: Set<WeightRole>] = [:]
  /// Where sizes are read.
  let reads: ShapeReads
  /// What of each node must follow.
  private(set) var settings: [Node.ID: [PruningSetting]] = [:]

  struct Reason {
    var text: String
    /// Whether it holds only by the way in which a node is taken.
    var isChoice = false
  }

  private struct Choice {
    var current = 0
    var count: Int
    var chosen: [Int]
    /// Whether it parts an axis.
    var parts = false
  }

  private static let mostRounds = 24

  init(_ subject: PruningSubject, allowsNormChange: Bool) {
    numbering = AxisNumbering(subject.types)
    reads = ShapeReads(subject)
    var contexts: [Node.ID: PruningContext] = [:]
    var choices: [Node.ID: Choice] = [:]
    for node in subject.order {
      guard let context = subject.context(of: node, allowsNormChange: allowsNormChange, choice: 0) else { continue }
      contexts[node] = context
      if context.choiceCount > 1 { choices[node] = Choice(count: context.choiceCount, chosen: []) }
    }
    for round in 0..<Self.mostRounds {
      join(subject, contexts)
      guard round < Self.mostRounds - 1, !choices.isEmpty else { break }
      let changed = advance(&choices, subject, contexts)
      if changed.isEmpty { break }
      for node in changed {
        contexts[node] = subject.context(
          of: node, allowsNormChange: allowsNormChange, choice: choices[node]?.current ?? 0)
      }
    }
    for (node, context) in contexts where !context.settings.isEmpty { settings[node] = context.settings }
  }

  /// Takes other ways where the present ones lead nowhere; gives the nodes that are taken otherwise.
  private func advance(
    _ choices: inout [Node.ID: Choice], _ subject: PruningSubject, _ contexts: [Node.ID: PruningContext]
  ) -> [Node.ID] {
    var blocked: [Node.ID] = []
    var waiting: [Node.ID] = []
    for node in subject.order {
      guard let choice = choices[node], choice.current + 1 < choice.count, let context = contexts[node] else {
        continue
      }
      let found = context.chosen.compactMap { axis -> Reason? in
        guard let value = subject.value(axis.operand, of: node), let indices = numbering.indices(of: value, axis.axis)
        else { return nil }
        return reasons[representatives[indices.lowerBound]]
      }
      guard let first = found.first else { continue }
      if found.contains(where: { !$0.isChoice }) {
        blocked.append(node)
      } else if first.isChoice {
        waiting.append(node)
      }
    }
    // What waits for another choice may be right as it is, so that the one that parts an axis moves first.
    let parting = waiting.filter { node in
      contexts[node]?.unchosen.contains { if case .output = $0.operand { true } else { false } } ?? false
    }
    let moved = blocked.isEmpty ? (parting.isEmpty ? waiting : parting) : blocked
    for node in moved { choices[node]?.current += 1 }
    return moved
  }

  // MARK: - Joining

  private mutating func join(_ subject: PruningSubject, _ contexts: [Node.ID: PruningContext]) {
    var sets = DisjointSets(count: numbering.count)
    var fixed: [(indices: Range<Int>, reason: Reason)] = []
    roles = [:]
    func fix(_ value: Value.ID, _ axis: Int, _ reason: Reason) {
      if let indices = numbering.indices(of: value, axis) { fixed.append((indices, reason)) }
    }
    fixEnds(subject, fix)
    for node in subject.order {
      let context = contexts[node]
      let place = subject.place(of: node)
      let graphNode = subject.graph.nodes[node]
      if let context {
        for coupling in context.couplings { join(coupling, of: node, subject, place, &sets, fix) }
        var reads: [OperandAxis] = []
        for (axis, role) in context.roles {
          guard let value = subject.value(axis.operand, of: node) else { continue }
          let stored = subject.storedAxes(of: value, axis.axis, contexts)
          for own in stored {
            if let index = numbering.place(of: own.value, own.axis) { roles[index, default: []].insert(role) }
          }
          if role == .consumer { reads += stored.isEmpty ? [axis] : [] }
        }
        // Where no weight reads channels, nothing says what they count for.
        if reads.count == context.roles.count(where: { $0.role == .consumer }) {
          for axis in reads {
            guard let value = subject.value(axis.operand, of: node) else { continue }
            fix(value, axis.axis, Reason(text: "\(place) multiplies results with each other along it"))
          }
        }
        for setting in context.settings {
          for (value, axis) in subject.axesHeld(by: setting, of: node) {
            fix(value, axis, Reason(text: "\(place) takes sizes that are computed while the model runs"))
          }
        }
      }
      let operands =
        graphNode.inputs.enumerated().map { (OperandAxis.Operand.input($0), $1) }
        + graphNode.outputs.enumerated().map { (OperandAxis.Operand.output($0), $1) }
      for case let (operand, value?) in operands {
        for axis in numbering.axes(of: value) {
          let operandAxis = OperandAxis(operand: operand, axis: axis.axis)
          if let reason = context?.reasons[operandAxis] {
            let isChoice = context?.unchosen.contains(operandAxis) ?? false
            fixed.append((axis.indices, Reason(text: "\(place) \(reason)", isChoice: isChoice)))
          } else if context?.mentioned.contains(operandAxis) != true {
            let why = context == nil ? "has no pruning rule" : "works along this axis"
            fixed.append((axis.indices, Reason(text: "\(place) \(why)")))
          }
        }
      }
    }
    representatives = sets.representatives()
    reasons = [:]
    for (indices, reason) in fixed {
      for index in indices {
        let representative = representatives[index]
        if let known = reasons[representative], !known.isChoice || reason.isChoice { continue }
        reasons[representative] = reason
      }
    }
  }

  /// Joins the indices that a node couples.
  private func join(
    _ coupling: AxisCoupling, of node: Node.ID, _ subject: PruningSubject, _ place: String, _ sets: inout DisjointSets,
    _ fix: (Value.ID, Int, Reason) -> Void
  ) {
    guard let coarseValue = subject.value(coupling.coarse.operand, of: node),
      let fineValue = subject.value(coupling.fine.operand, of: node)
    else { return }
    let coarse = numbering.indices(of: coarseValue, coupling.coarse.axis)
    let fine = numbering.indices(of: fineValue, coupling.fine.axis)
    guard let coarse, let fine else {
      let reason = Reason(text: "\(place) couples it with a size that is open or very large")
      fix(coarseValue, coupling.coarse.axis, reason)
      fix(fineValue, coupling.fine.axis, reason)
      return
    }
    switch coupling.map {
    case .same:
      guard coarse.count == fine.count else {
        let reason = Reason(text: "\(place) couples sizes that differ")
        fix(coarseValue, coupling.coarse.axis, reason)
        return fix(fineValue, coupling.fine.axis, reason)
      }
      for index in 0..<coarse.count { sets.join(coarse.lowerBound + index, fine.lowerBound + index) }
    case .overlap(let part, let otherPart, let count):
      let step = Self.commonDivisor(part.stride, otherPart.stride)
      for element in stride(from: 0, to: count, by: step) {
        sets.join(coarse.lowerBound + part.index(of: element), fine.lowerBound + otherPart.index(of: element))
      }
    default:
      for index in 0..<fine.count {
        let other = coupling.map(index)
        if coarse.indices.contains(coarse.lowerBound + other), other >= 0 {
          sets.join(coarse.lowerBound + other, fine.lowerBound + index)
        }
      }
    }
  }

  private static func commonDivisor(_ left: Int, _ right: Int) -> Int {
    var (a, b) = (left, right)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }

  /// What leaves or enters the body stays as it is.
  private func fixEnds(_ subject: PruningSubject, _ fix: (Value.ID, Int, Reason) -> Void) {
    let graph = subject.graph
    let body = graph.regions[graph.body]
    func fixAll(_ value: Value.ID, _ text: String) {
      for axis in numbering.axes(of: value) { fix(value, axis.axis, Reason(text: text)) }
    }
    for input in body.inputs where subject.tensor(input) == nil {
      fixAll(input, "input \(graph.values[input].name) of the model")
    }
    for output in body.outputs { fixAll(output, "output \(graph.values[output].name) of the model") }
    for node in body.nodes {
      for region in graph.nodes[node].attributes.flatMap(\.value.regions) {
        let place = subject.place(of: node)
        for value in graph.values(usedIn: region) { fixAll(value, "\(place) uses it in a subgraph") }
      }
    }
    for (axis, node) in reads.held {
      fix(axis.value, axis.axis, Reason(text: "\(subject.place(of: node)) computes with its size"))
    }
    for sparse in body.sparseInitializers {
      fixAll(sparse.value, "\(graph.values[sparse.value].name) is stored sparsely")
    }
    for initializer in body.initializers where (initializer.tensor.element.bitWidth ?? 0) < 8 {
      fixAll(initializer.value, "\(graph.values[initializer.value].name) has elements of no whole bytes")
    }
  }
}

extension PruningSubject {
  /// The argument or result that an operand is.
  func value(_ operand: OperandAxis.Operand, of node: Node.ID) -> Value.ID? {
    switch operand {
    case .input(let index):
      let arguments = graph.nodes[node].arguments
      return arguments.indices.contains(index) ? arguments[index] : nil
    case .output(let index):
      let results = graph.nodes[node].results
      return results.indices.contains(index) ? results[index] : nil
    }
  }
}

extension Graph {
  /// Every value that the nodes and outputs of a subgraph name, and of those inside it.
  fileprivate func values(usedIn region: Region.ID) -> [Value.ID] {
    var used = regions[region].outputs
    for node in regions[region].nodes {
      used += nodes[node].arguments.compactMap(\.self)
      for inner in nodes[node].attributes.flatMap(\.value.regions) { used += values(usedIn: inner) }
    }
    return used
  }
}
