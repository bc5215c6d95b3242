import Graphs
import Operators
import Syntax

/// What joins a revised elaboration with the one that it is a revision of.
///
/// Where a statement gives a name another tensor of the same type, those behind it are not executed again: they use the
/// tensor of before, which stands in for the new one. And the nodes that gave way are still there. Joined, the graph is
/// that of the new text: its nodes are in order, use one another and have names as if the text had been elaborated as a
/// whole.
struct RevisionLinks: Sendable {
  /// Statements that were executed in the place of old ones.
  struct Group: Sendable {
    var old: Range<Int>
    var new: Range<Int>
    /// What was there before each of them, and behind the last.
    var marks: [Trail.Mark]
    /// What they bound; the marks count these.
    var bindings: [Trail.Binding]
    /// What stands in for what they bound, behind them.
    var standIns: [Trail.Binding] = []
  }

  fileprivate let trail: Trail
  fileprivate let revision: BodyRevision
  fileprivate let groups: [Group]
  /// How many nodes there were before the results were finished again; `nil` where they were not.
  fileprivate let nodesBeforeResults: Int?
  fileprivate let names: Names
  fileprivate let namedNodes: Set<Node.ID>
  fileprivate let namedValues: Set<Value.ID>
  fileprivate let isVerbatim: Bool
  fileprivate let isImported: Bool

  /// `nil` where other statements decide what becomes of a graph's nodes at last.
  init?(
    _ elaborator: Elaborator, _ trail: Trail, _ revision: BodyRevision, _ groups: [Group], nodesBeforeResults: Int?
  ) {
    guard elaborator.nodePositions.isEmpty, elaborator.undefinedValues.isEmpty, elaborator.resolvedValues.isEmpty,
      !elaborator.builder.replacesConstants, !elaborator.isImported || !elaborator.options.adoptsFile
    else { return nil }
    self.trail = trail
    self.revision = revision
    self.groups = groups
    self.nodesBeforeResults = nodesBeforeResults
    names = elaborator.names
    namedNodes = elaborator.namedNodes
    namedValues = Set(elaborator.givenNames.keys)
    isVerbatim = elaborator.isVerbatim
    isImported = elaborator.isImported
  }
}

extension RevisedElaboration {
  /// This elaboration and the one that it is a revision of, over the graph of the new text.
  ///
  /// - Parameter base: the elaboration of the earlier text.
  /// - Returns: `nil` where only elaborating the whole text tells that graph.
  /// - Complexity: linear in the graph and the text.
  package func joined(with base: Elaboration) -> (base: Elaboration, revised: Elaboration)? {
    guard let links else { return nil }
    var joiner = GraphJoiner(links, base, elaboration)
    guard joiner.run() else { return nil }
    var (base, revised) = (base, elaboration)
    (base.model.graph, revised.model.graph) = (joiner.graph, joiner.graph)
    (base.observations, revised.observations) = (joiner.baseObservations, joiner.revisedObservations)
    return (base, revised)
  }
}

/// Goes through the new text statement by statement.
private struct GraphJoiner {
  let links: RevisionLinks
  var graph: Graph
  var baseObservations: [Observation]
  var revisedObservations: [Observation]
  private let baseNodes: [Node.ID]
  private let baseNodeCount: Int
  private let baseOutputs: [Value.ID]
  /// What names stood for when the statement at hand was executed, and those that stand for something else in truth.
  private var seen: Scope
  private var meant: [Name: Term] = [:]
  /// The values that the last statement uses in truth, by those that stood in for them.
  private var targets: [Value.ID: Value.ID] = [:]
  /// Which node each is among those of the new text; -1 for one that is gone.
  private var ranks: [Int32]
  private var nextRank: Int32 = 0

  init(_ links: RevisionLinks, _ base: Elaboration, _ revised: Elaboration) {
    self.links = links
    graph = revised.model.graph
    baseObservations = base.observations
    revisedObservations = revised.observations
    let old = base.model.graph
    (baseNodes, baseNodeCount) = (old.regions[old.body].nodes, old.nodes.count)
    baseOutputs = old.regions[old.body].outputs
    seen = links.trail.signature
    ranks = Array(repeating: -1, count: graph.nodes.count)
  }

  /// `false` where what the statements wrote does not fit together.
  mutating func run() -> Bool {
    let trail = links.trail
    keep(nodes: 0..<trail[0].nodes)
    let (oldEnd, newEnd) = (links.revision.old.count, links.revision.new.count)
    let end = RevisionLinks.Group(old: oldEnd..<oldEnd, new: newEnd..<newEnd, marks: [], bindings: [])
    var (old, new) = (0, 0)
    for group in links.groups + [end] {
      guard visitKept(old..<group.old.lowerBound, as: new) else { return false }
      for (index, statement) in group.new.enumerated() {
        let (mark, next) = (group.marks[index], group.marks[index + 1])
        guard visit(statement, mark, next, group.bindings[mark.bindings..<next.bindings], \.revisedObservations) else {
          return false
        }
      }
      for binding in group.standIns {
        let term = meant[binding.name] ?? seen[binding.name]?.term
        seen[binding.name] = binding.local
        note(term ?? binding.local.term, for: binding.name, in: binding.local.term)
      }
      (old, new) = (group.old.upperBound, group.new.upperBound)
    }
    if let first = links.nodesBeforeResults {
      keep(nodes: first..<graph.nodes.count)
    } else {
      keep(nodes: trail.end.nodes..<baseNodeCount)
    }
    guard linkOutputs() else { return false }
    order()
    guard isInOrder else { return false }
    assignNames()
    return true
  }

  // MARK: Statements

  /// Goes through statements of the old text that still are in the new one, from `new` on.
  private mutating func visitKept(_ old: Range<Int>, as new: Int) -> Bool {
    let trail = links.trail
    var next = old.lowerBound
    while next < old.upperBound {
      // What names nothing that has another meaning is as it was.
      let mention = meant.isEmpty ? nil : firstMention(in: (next - old.lowerBound + new)..<(new + old.count))
      let end = mention.map { $0 - new + old.lowerBound } ?? old.upperBound
      for binding in trail.bindings[trail[next].bindings..<trail[end].bindings] {
        seen[binding.name] = binding.local
      }
      keep(nodes: trail[next].nodes..<trail[end].nodes)
      targets = [:]
      next = end
      guard next < old.upperBound else { break }
      let (mark, behind) = (trail[next], trail[next + 1])
      guard
        visit(
          next - old.lowerBound + new, mark, behind, trail.bindings[mark.bindings..<behind.bindings], \.baseObservations
        )
      else { return false }
      next += 1
    }
    return true
  }

  private func firstMention(in range: Range<Int>) -> Int? {
    links.revision.new.first(in: range, naming: Set(meant.keys.map { links.names.text(of: $0) }))
  }

  /// Gives what a statement of the new text left behind the values that it uses in truth.
  private mutating func visit(
    _ statement: Int, _ mark: Trail.Mark, _ next: Trail.Mark, _ bindings: ArraySlice<Trail.Binding>,
    _ observations: WritableKeyPath<GraphJoiner, [Observation]>
  ) -> Bool {
    guard findTargets(of: statement) else { return false }
    keep(nodes: mark.nodes..<next.nodes)
    if !targets.isEmpty {
      for index in mark.nodes..<next.nodes {
        let node = Node.ID(index: index)
        guard graph.nodes[node].arguments.contains(where: isReplaced) else { continue }
        // A size may be that of any value which has it, whatever the statement names.
        guard graph.nodes[node].operatorType != "Shape" else { return false }
        graph.nodes[node].inputs = graph.nodes[node].inputs.map { $0.map(target) }
      }
      for index in mark.regions..<next.regions {
        let region = Region.ID(index: index)
        graph.regions[region].outputs = graph.regions[region].outputs.map(target)
      }
      for index in mark.instances..<next.instances {
        let instance = Graphs.Instance.ID(index: index)
        graph.instances[instance].outputs = graph.instances[instance].outputs.map(target)
      }
      for index in mark.observations..<next.observations {
        self[keyPath: observations][index].meaning = self[keyPath: observations][index].meaning.replacing(targets)
      }
    }
    for binding in bindings {
      seen[binding.name] = binding.local
      note(binding.local.term.replacing(targets), for: binding.name, in: binding.local.term)
    }
    return true
  }

  private func target(_ value: Value.ID) -> Value.ID { targets[value] ?? value }

  private func isReplaced(_ value: Value.ID?) -> Bool { value.map { targets[$0] != nil } ?? false }

  /// Notes what a name means in truth where it stands for `seen`.
  private mutating func note(_ term: Term, for name: Name, in seen: Term) {
    meant[name] = term.values == seen.values ? nil : term
  }

  /// Finds the values that a statement uses in truth; `false` where one stands in for several.
  private mutating func findTargets(of statement: Int) -> Bool {
    targets = [:]
    guard !meant.isEmpty else { return true }
    guard let mentioned = links.revision.new.names(in: statement) else { return false }
    for name in mentioned.compactMap({ links.names.known($0) }) {
      guard let seen = seen[name]?.term else { continue }
      for (value, target) in zip(seen.values, (meant[name] ?? seen).values) {
        guard targets.updateValue(target, forKey: value) ?? target == target else { return false }
      }
    }
    targets = targets.filter { $0.key != $0.value }
    return true
  }

  // MARK: The graph

  private mutating func keep(nodes: Range<Int>) {
    for index in nodes {
      ranks[index] = nextRank
      nextRank += 1
    }
  }

  /// Gives the outputs, which the last statement returns, to those whose names they have; `false` where that takes nodes.
  private mutating func linkOutputs() -> Bool {
    let outputs = graph.regions[graph.body].outputs
    let names = outputs.map { graph.values[$0].ruledName }
    for value in Set(baseOutputs).subtracting(outputs) where !links.namedValues.contains(value) {
      graph.values[value].ruledName = RuledName()
    }
    guard outputs.contains(where: isReplaced) || isReplacedInResults else { return true }
    let linked = outputs.map(target)
    guard !isReplacedInResults, Set(linked).count == linked.count, linked.allSatisfy(isResult) else { return false }
    for value in outputs { graph.values[value].ruledName = RuledName() }
    for (value, name) in zip(linked, names) { graph.values[value].ruledName = name }
    graph.regions[graph.body].outputs = linked
    return true
  }

  /// Whether finishing the results made nodes for values that stand in for others.
  private var isReplacedInResults: Bool {
    let range = links.nodesBeforeResults.map { $0..<graph.nodes.count } ?? links.trail.end.nodes..<baseNodeCount
    return !targets.isEmpty
      && range.contains { graph.nodes[Node.ID(index: $0)].arguments.contains(where: isReplaced) }
  }

  private func isResult(_ value: Value.ID) -> Bool {
    if case .result = graph.values[value].definition { true } else { false }
  }

  /// Brings the body's nodes into their order, and leaves out those that are gone.
  private mutating func order() {
    let written = graph.regions[graph.body].nodes
    var order = [Node.ID?](repeating: nil, count: Int(nextRank))
    for node in written where ranks[node.index] >= 0 { order[Int(ranks[node.index])] = node }
    graph.regions[graph.body].nodes = order.compactMap(\.self)
  }

  /// Whether every node uses only what is there before it.
  private var isInOrder: Bool {
    func isThere(_ value: Value.ID, before rank: Int32) -> Bool {
      guard case .result(let node, _) = graph.values[value].definition else { return true }
      return ranks[node.index] >= 0 && ranks[node.index] < rank
    }
    for node in graph.nodes.indices where ranks[node.index] >= 0 {
      let arguments = graph.nodes[node].arguments
      for index in 0..<arguments.count {
        if let value = arguments[index], !isThere(value, before: ranks[node.index]) { return false }
      }
    }
    return graph.regions.indices.allSatisfy { region in
      graph.regions[region].outputs.allSatisfy { isThere($0, before: .max) }
    }
  }

  private mutating func assignNames() {
    for node in graph.nodes.indices where ranks[node.index] < 0 {
      graph.nodes[node].ruledName = RuledName()
      for case let value? in graph.nodes[node].outputs { graph.values[value].ruledName = RuledName() }
    }
    guard links.isVerbatim else { return graph.assignNodeNames() }
    for node in graph.nodes.indices where graph.nodes[node].ruledName.isRuled {
      graph.nodes[node].ruledName = RuledName()
    }
    for value in graph.values.indices where graph.values[value].ruledName.isRuled {
      graph.values[value].ruledName = RuledName()
    }
    _ = graph.completeNames(given: links.namedNodes, values: links.namedValues, namesAll: links.isImported)
  }
}

extension Term {
  /// The tensors in the term, in order.
  fileprivate var values: [Value.ID] {
    switch self {
    case .tensor(let value): [value]
    case .list(let elements): elements.flatMap(\.values)
    default: []
    }
  }

  /// The term with other tensors in the place of some.
  fileprivate func replacing(_ targets: [Value.ID: Value.ID]) -> Term {
    switch self {
    case .tensor(let value): .tensor(targets[value] ?? value)
    case .list(let elements): targets.isEmpty ? self : .list(elements.map { $0.replacing(targets) })
    default: self
    }
  }
}

extension Observation.Meaning {
  fileprivate func replacing(_ targets: [Value.ID: Value.ID]) -> Observation.Meaning {
    switch self {
    case .binding(let term): .binding(term.replacing(targets))
    case .use(let term, let definition): .use(term.replacing(targets), definition: definition)
    case .results(let terms): .results(terms.map { $0.replacing(targets) })
    case .callee: self
    }
  }
}
