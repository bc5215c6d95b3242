package import Graphs
package import Operators
import Rewriting
import Tensors

/// Which channels of a model go, what stays and why, and what that comes to.
///
/// A plan changes nothing; `PruningPlan.applied()` gives the model without the channels.
package struct PruningPlan: Sendable {
  package let options: PruningOptions
  package private(set) var groups: [PruningGroup]
  package let before: PruningFigures
  package private(set) var after: PruningFigures
  let subject: PruningSubject
  /// The types that operations are counted by.
  private let counted: [ValueType]
  /// Whether nothing in the model contradicts itself.
  let isSound: Bool
  private(set) var kept: KeptIndices
  let settings: [Node.ID: [PruningSetting]]
  let reads: ShapeReads

  /// Plans the pruning of a model.
  ///
  /// - Parameters:
  ///   - inference: what is known of the model's values.
  ///   - leaving: why groups stay that have slices along these axes.
  package init(
    of model: Model, _ inference: ModelInference, _ options: PruningOptions, leaving: [StoredAxis: String] = [:]
  ) throws(PruningError) {
    let subject = PruningSubject(model, inference)
    let declared = model.inputDimensions
    if let unknown = options.bindings.keys.sorted().first(where: { !declared.contains($0) }) {
      throw .unknownDimension(unknown, declared: declared.sorted())
    }
    try subject.checkNames(options.kept, of: "--keep")
    try subject.checkNames(options.chosen, of: "--only")
    let dependencies = PruningDependencies(subject, allowsNormChange: options.allowsNormChange)
    var groups = dependencies.groups(subject)
    Self.leave(&groups, subject, options)
    for place in groups.indices where groups[place].reason == nil {
      groups[place].reason = groups[place].axes.lazy.compactMap { leaving[$0.stored] }.first
    }
    if options.isMeasured {
      let scores = PruningScores(subject, options, of: groups)
      for place in groups.indices where groups[place].reason == nil { scores.score(&groups[place]) }
    } else {
      for place in groups.indices { groups[place].scores = Array(repeating: 0, count: groups[place].count) }
    }
    let counted = Self.types(in: subject, at: options.bindings)
    let before = PruningFigures(of: model, types: counted, bindings: options.bindings)
    let whole = KeptIndices(
      numbering: dependencies.numbering, representatives: dependencies.representatives, removed: [])

    func indices(_ groups: [PruningGroup]) -> KeptIndices { whole.without(groups) }
    func figures(_ kept: KeptIndices) -> PruningFigures {
      let types = Array(subject.graph.values.indices.map { kept.type(of: $0, counted[$0.index]) })
      return PruningFigures(of: model, types: types, bindings: options.bindings)
    }
    var selection = PruningSelection(groups, options)
    switch options.amount {
    case .ratio(let ratio): selection.select(ratio: ratio)
    case .threshold(let part): selection.select(threshold: part)
    case .macs(let part):
      guard let macs = before.macs, macs > 0 else { throw .unknownCost }
      try Self.search(&selection, reducing: part) { Double(figures(indices($0)).macs ?? macs) / Double(macs) }
    case .parameters(let part):
      let parameters = max(before.parameters, 1)
      try Self.search(&selection, reducing: part) { Double(figures(indices($0)).parameters) / Double(parameters) }
    }
    self.options = options
    self.before = before
    self.counted = counted
    isSound = !inference.problems.contains { $0.severity == .contradiction }
    self.subject = subject
    settings = dependencies.settings
    reads = dependencies.reads
    self.groups = selection.groups
    kept = indices(selection.groups)
    after = before
    after = self.figures(of: edited())
  }

  /// The types of all values, inferred with the sizes that are bound: what open sizes say of each other is less than what
  /// numbers do.
  private static func types(in subject: PruningSubject, at bindings: [String: Int]) -> [ValueType] {
    guard !bindings.isEmpty else { return subject.types }
    let bound = subject.model.substituting(bindings.mapValues { Dimension($0) })
    let facts = ModelInference(of: bound).facts
    return zip(subject.types, facts).map { type, fact in
      fact.type.shape?.dimensions.contains(where: \.isUnknown) ?? true ? type : fact.type
    }
  }

  /// The plan with other slices going.
  private func with(_ groups: [PruningGroup]) -> PruningPlan {
    var plan = self
    plan.groups = groups
    plan.kept = kept.without(groups)
    plan.after = plan.figures(of: plan.edited())
    return plan
  }

  /// What the model amounts to without what goes.
  private func figures(of edited: Model) -> PruningFigures {
    let types = edited.graph.values.indices.map { id in
      counted.indices.contains(id.index)
        ? kept.type(of: id, counted[id.index]) : edited.graph.values[id].type
    }
    return PruningFigures(of: edited, types: Array(types), bindings: options.bindings)
  }

  /// The least ratio at which no more than the rest of a figure is left, to a thousandth.
  ///
  /// - Parameter rest: what part of the figure is left.
  private static func search(
    _ selection: inout PruningSelection, reducing part: Double, _ rest: ([PruningGroup]) -> Double
  ) throws(PruningError) {
    var (low, high) = (0, 1000)
    while low < high {
      let middle = (low + high) / 2
      selection.select(ratio: Double(middle) / 1000)
      if rest(selection.groups) <= 1 - part { high = middle } else { low = middle + 1 }
    }
    selection.select(ratio: Double(low) / 1000)
    let reached = rest(selection.groups)
    guard reached <= 1 - part else { throw .unreachable(wanted: part, most: 1 - reached) }
  }

  /// Why something stays whose name is like a pattern.
  static func kept(by pattern: String) -> String { "it is kept by name: \(pattern)" }

  /// Leaves the groups alone that patterns name, by a tensor or by a node that takes one, or whose channels nothing makes that
  /// patterns choose.
  private static func leave(_ groups: inout [PruningGroup], _ subject: PruningSubject, _ options: PruningOptions) {
    guard !options.kept.isEmpty || !options.chosen.isEmpty else { return }
    let compiled = options.kept.map { (text: $0, pattern: NamePattern($0)) }
    let chosen = options.chosen.map { NamePattern($0) }
    var names: [Value.ID: [String]] = [:]
    for node in subject.order {
      for case let value? in subject.graph.nodes[node].arguments where subject.tensor(value) != nil {
        names[value, default: [subject.graph.values[value].name]].append(subject.graph.nodes[node].name)
      }
    }
    for place in groups.indices where groups[place].reason == nil {
      let own = groups[place].axes.flatMap { names[$0.value] ?? [] }
      if let found = compiled.first(where: { pattern in own.contains { pattern.pattern.matches($0) } }) {
        groups[place].reason = Self.kept(by: found.text)
      } else if !chosen.isEmpty {
        let makers = groups[place].axes.filter { $0.roles.contains(.producer) }.flatMap { names[$0.value] ?? [] }
        let isChosen = chosen.contains { pattern in makers.contains { pattern.matches($0) } }
        if !isChosen { groups[place].reason = "nothing that makes it is chosen by name" }
      }
    }
  }
}

/// Why a model cannot be pruned.
package enum PruningError: Error, Hashable, CustomStringConvertible {
  /// A pattern that no node and no stored tensor is called by.
  case unknownName(String, option: String, nearest: String?)
  /// A size that is bound, and that no input has.
  case unknownDimension(String, declared: [String])
  case unknownCost
  case unreachable(wanted: Double, most: Double)
  /// Sizes come out otherwise than planned; nothing is written.
  case inconsistent(value: String, planned: String, inferred: String)

  package var description: String {
    switch self {
    case .unknownName(let name, let option, let nearest):
      "`\(option)`: the model has no node and no stored tensor `\(name)`"
        + (nearest.map { "; did you mean `\($0)`?" } ?? "")
    case .unknownDimension(let name, let declared):
      SimplificationError.unknownDimension(name, declared: declared).description
    case .unknownCost: "the MACs of this model are not known, so that they cannot be a target; give a ratio"
    case .unreachable(let wanted, let most):
      "no ratio takes \(Self.percent(wanted)) away: all that may go comes to \(Self.percent(most)), "
        + "as the most of a group that goes and the names to keep allow"
    case .inconsistent(let value, let planned, let inferred):
      "`\(value)` was to be \(planned) and would be \(inferred): this is a mistake of mica's, and nothing is written"
    }
  }

  private static func percent(_ part: Double) -> String {
    let tenths = Int((part * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

extension PruningPlan {
  /// The groups that lose slices which a node's arguments or results have indices of, by their places.
  package func groups(at node: Node.ID) -> [Int] {
    let operands = subject.graph.nodes[node].inputs + subject.graph.nodes[node].outputs
    var touched: Set<Int32> = []
    for case let value? in operands {
      for axis in kept.numbering.axes(of: value) {
        for number in axis.indices { touched.insert(kept.representatives[number]) }
      }
    }
    return groups.indices.filter { place in
      !groups[place].removed.isEmpty && groups[place].representatives.contains(where: touched.contains)
    }
  }

  /// The places of the groups that may lose slices and whose channels some of these nodes make.
  package func groups(madeBy nodes: Set<Node.ID>) -> Set<Int> {
    let taken = Set(nodes.flatMap { subject.graph.nodes[$0].inputs.compactMap(\.self) })
    return Set(
      groups.indices.filter { place in
        groups[place].reason == nil
          && groups[place].axes.contains { $0.roles.contains(.producer) && taken.contains($0.value) }
      })
  }

  /// What the model would amount to without this part of the slices of some groups, whichever they are; `nil` where none go.
  ///
  /// - Parameter places: the groups; `nil` for all.
  package func forecast(ratio: Double, of places: Set<Int>? = nil) -> PruningFigures? {
    var limited = groups
    for place in limited.indices where places.map({ !$0.contains(place) }) ?? false { limited[place].reason = "" }
    var selection = PruningSelection(limited, options)
    selection.select(ratio: ratio)
    guard selection.groups.contains(where: { !$0.removed.isEmpty }) else { return nil }
    return with(selection.groups).after
  }

  /// The plan in which these groups alone lose what they would.
  package func limited(to places: Set<Int>) -> PruningPlan {
    var limited = groups
    for place in limited.indices where !places.contains(place) { limited[place].removed = [] }
    return with(limited)
  }
}
