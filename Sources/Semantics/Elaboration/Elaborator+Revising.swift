import Graphs
import Operators
package import Syntax

// Taking an elaboration up again: after an edit, only the statements that it concerns are executed.

/// An elaborator that has done its work, and may execute some statements of the model's body again.
package struct Resumption: Sendable {
  fileprivate let elaborator: Elaborator
  fileprivate let trail: Trail
}

/// How the statements of a model's body differ from those that were elaborated.
package struct BodyRevision: Sendable {
  /// The statements of both bodies, in order.
  package var old: ChildList
  package var new: ChildList
  /// Which of the old ones gave way to which of the new ones, in order; what lies between is the same text.
  package var replaced: [(old: Range<Int>, new: Range<Int>)]

  package init(old: ChildList, new: ChildList, replaced: [(old: Range<Int>, new: Range<Int>)]) {
    self.old = old
    self.new = new
    self.replaced = replaced
  }
}

/// What executing the revised statements of a body gave.
package struct RevisedElaboration: Sendable {
  /// The graph with nodes of the executed statements behind all others; what was observed, and what is wrong, in those
  /// statements alone.
  package var elaboration: Elaboration
  /// What was wrong in the statements that they replace.
  package var dropped: [Diagnostic]
  /// The old statements that no longer count, and the new ones that were executed.
  package var old: [Syntax]
  package var new: [Syntax]
  /// What joins it with the earlier elaboration; `nil` where nothing can.
  var links: RevisionLinks?
}

extension Elaborator {
  /// What takes the finished elaboration up again.
  var resumption: Resumption? { trail.map { Resumption(elaborator: self, trail: $0) } }
}

extension Elaboration {
  /// Executes the new statements of a body, and the old ones behind them that depend on what they changed.
  ///
  /// A statement with a mistake leaves what it bound before as it was: only what a statement without mistakes binds
  /// otherwise reaches others. A few statements are executed at most.
  ///
  /// - Parameter program: knows the file of the new statements under its number.
  /// - Returns: `nil` where the model has to be elaborated as a whole.
  package func revised(_ revision: BodyRevision, in program: Program) -> RevisedElaboration? {
    guard let resumption, resumption.trail.marks.count == revision.old.count else { return nil }
    var reviser = Reviser(resumption, revision, in: program, graph: model.graph)
    guard reviser.run() else { return nil }
    var revised = self
    let elaborator = reviser.elaborator
    revised.model.graph = elaborator.builder.graph
    elaborator.declareOutputs(&revised.model.graph)
    revised.diagnostics = elaborator.diagnostics
    revised.observations = elaborator.observations
    revised.resumption = nil
    return RevisedElaboration(
      elaboration: revised, dropped: reviser.dropped, old: reviser.oldStatements, new: reviser.newStatements,
      links: reviser.links)
  }
}

/// One revision of a body, statement by statement.
private struct Reviser {
  var elaborator: Elaborator
  let trail: Trail
  let revision: BodyRevision
  private let allDiagnostics: [Diagnostic]
  /// Whether the old body gave what the signature promises: otherwise it was not held to all of the signature.
  private let hadResults: Bool
  private(set) var dropped: [Diagnostic] = []
  private(set) var oldStatements: [Syntax] = []
  private(set) var newStatements: [Syntax] = []
  /// What was executed, in order.
  private var groups: [RevisionLinks.Group] = []
  /// How many nodes there were before the results were finished again.
  private var nodesBeforeResults: Int?
  /// How many of the bindings of the old body are in the frame.
  private var bound = 0
  /// Names that mean something else than in the old body, with what they meant there.
  private var changed: [Name: Frame.Local?] = [:]

  /// More statements than this are not worth it.
  private static let maximumStatements = 64

  init(_ resumption: Resumption, _ revision: BodyRevision, in program: Program, graph: Graph) {
    elaborator = resumption.elaborator
    trail = resumption.trail
    self.revision = revision
    hadResults =
      resumption.trail.results.isEmpty
      && !(resumption.elaborator.frame.results ?? [.unknown]).contains(where: \.isUnknown)
    allDiagnostics = elaborator.diagnostics
    elaborator.program = program
    elaborator.builder.takeUp(graph)
    elaborator.frame.locals = trail.signature
    elaborator.frame.results = nil
    elaborator.frame.resultPlaces = []
    elaborator.diagnostics = []
    elaborator.observations = []
    elaborator.forgetReports()
  }

  /// Executes what has to be; `false` where that is more than a few plain statements.
  mutating func run() -> Bool {
    let end = (old: revision.old.count..<revision.old.count, new: revision.new.count..<revision.new.count)
    var (old, new) = (0, 0)
    for (oldRange, newRange) in revision.replaced + [end] {
      while let next = firstMention(in: new..<newRange.lowerBound) {
        old += next - new
        guard replace(old..<(old + 1), by: next..<(next + 1)) else { return false }
        (old, new) = (old + 1, next + 1)
      }
      guard oldRange.isEmpty && newRange.isEmpty || replace(oldRange, by: newRange) else { return false }
      (old, new) = (oldRange.upperBound, newRange.upperBound)
    }
    return true
  }

  /// The first of some new statements that names what means something else now.
  private func firstMention(in range: Range<Int>) -> Int? {
    changed.isEmpty
      ? nil : revision.new.first(in: range, naming: Set(changed.keys.map { elaborator.names.text(of: $0) }))
  }

  /// Executes new statements in place of old ones.
  private mutating func replace(_ old: Range<Int>, by new: Range<Int>) -> Bool {
    newStatements += revision.new[new]
    oldStatements += revision.old[old]
    let returns = revision.new[new].contains { $0.kind == .returnStatement }
    guard newStatements.count <= Self.maximumStatements, oldStatements.count <= Self.maximumStatements,
      trail.isPlain[old].allSatisfy(\.self),
      revision.old[old].contains(where: { $0.kind == .returnStatement }) == returns,
      !returns || hadResults && returnsLast(revision.old, old) && returnsLast(revision.new, new)
    else { return false }
    for binding in trail.bindings[bound..<trail[old.lowerBound].bindings] {
      elaborator.frame.locals[binding.name] = binding.local
    }
    let before = elaborator.frame.locals
    let errors = elaborator.errorCount
    elaborator.trail?.bindings = []
    var marks = [elaborator.mark]
    for statement in revision.new[new] {
      let extent = elaborator.extent
      elaborator.execute(statement: statement)
      guard elaborator.isPlain(statement, since: extent) else { return false }
      marks.append(elaborator.mark)
    }
    groups.append(RevisionLinks.Group(old: old, new: new, marks: marks, bindings: elaborator.trail?.bindings ?? []))
    bound = trail[old.upperBound].bindings
    var meant: [Name: Frame.Local] = [:]
    for binding in trail.bindings[trail[old.lowerBound].bindings..<bound] { meant[binding.name] = binding.local }
    let isWrong = elaborator.errorCount > errors
    let own = Set(elaborator.trail?.bindings.map(\.name) ?? [])
    for name in own.union(meant.keys) {
      let old = meant[name] ?? changed[name] ?? before[name]
      settle(name, meant: old, isWrong: isWrong && meant[name] != nil, isBound: own.contains(name))
    }
    dropped += allDiagnostics[trail[old.lowerBound].diagnostics..<trail[old.upperBound].diagnostics]
    if returns { checkResults() }
    return true
  }

  /// What joins the revision with what it is one of.
  var links: RevisionLinks? {
    RevisionLinks(elaborator, trail, revision, groups, nodesBeforeResults: nodesBeforeResults)
  }

  /// Whether one `return` ends both a body and some of its statements.
  private func returnsLast(_ body: ChildList, _ range: Range<Int>) -> Bool {
    range.upperBound == body.count && body[range].count { $0.kind == .returnStatement } == 1
      && body.last?.kind == .returnStatement
  }

  /// Decides what a name means behind statements that were executed.
  ///
  /// - Parameters:
  ///   - old: what it means there in the old body.
  ///   - isWrong: whether the statements have a mistake, and the old ones bound the name.
  ///   - isBound: whether the new ones bind it.
  private mutating func settle(_ name: Name, meant old: Frame.Local?, isWrong: Bool, isBound: Bool) {
    let new = elaborator.frame.locals[name]
    if let old,
      new.map({ isSame($0.term, as: old.term) }) ?? false || isWrong && (!isBound || new?.term.isUnknown ?? true)
    {
      if let new { declare(new, inPlaceOf: old) }
      elaborator.frame.locals[name] = old
      groups[groups.count - 1].standIns.append(Trail.Binding(name: name, local: old))
      changed[name] = nil
    } else if old == nil, new == nil {
      changed[name] = nil
    } else {
      changed.updateValue(old, forKey: name)
    }
  }

  /// Gives what takes the place of an output the type that the signature has for that, where it is told by nothing else.
  private mutating func declare(_ new: Frame.Local, inPlaceOf old: Frame.Local) {
    guard case .tensor(let value) = new.term, case .tensor(let output) = old.term,
      let declared = elaborator.verbatimOutputs.first(where: { $0.value == output })
    else { return }
    elaborator.verbatimOutputs.append((value, declared.type))
  }

  /// Whether whoever uses one term can use another one as well.
  private func isSame(_ left: Term, as right: Term) -> Bool {
    switch (left, right) {
    case (.tensor(let left), .tensor(let right)):
      if left == right { return true }
      let (new, old) = (elaborator.builder.known(left), elaborator.builder.known(right))
      return new.type == old.type && new.elements == old.elements && new.constant == nil && old.constant == nil
    case (.integer(let left), .integer(let right)): return left == right
    case (.float(let left), .float(let right)): return left == right
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.text(let left), .text(let right)): return left == right
    case (.element(let left), .element(let right)): return left == right
    case (.list(let left), .list(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { isSame($0, as: $1) }
    case (.none, .none), (.unknown, .unknown): return true
    default: return false
    }
  }

  /// Checks what the body returns against the signature, in place of what was said of that before.
  private mutating func checkResults() {
    dropped += allDiagnostics[trail.results]
    let gone = Set(dropped)
    let kept = allDiagnostics.filter { !gone.contains($0) }
    elaborator.diagnostics = kept + elaborator.diagnostics
    nodesBeforeResults = elaborator.builder.graph.nodes.count
    elaborator.verbatimOutputs = []
    elaborator.finishResults()
    elaborator.diagnostics.removeFirst(kept.count)
  }
}
