import Graphs
import Semantics
import Syntax
import Tensors

/// What an editor writes behind a statement: its type and its parameters.
package struct InlayHint: Hashable, Sendable {
  /// The statement that it says something of.
  package var statement: Range<Int>
  /// The end of the statement.
  package var offset: Int
  /// The types of what the statement makes, separated by commas; empty where it makes none.
  package var types: String
  /// How many parameters it has; empty for none.
  package var parameters: String

  package var label: String { [types, parameters].filter { !$0.isEmpty }.joined(separator: " · ") }
}

extension EditorView {
  /// The hints of the statements that begin in a range, in order.
  package func inlayHints(in range: Range<Int>) -> [InlayHint] {
    var statements: [Syntax] = []
    Self.collect(tree.root, in: range, &statements)
    let places = Set(statements.flatMap(\.resultPlaces))
    var types: [Range<Int>: String] = [:]
    for elaboration in analysis.elaborations {
      for observation in elaboration.observations
      where observation.place.file == file.number && range.overlaps(observation.place.range) {
        guard places.contains(observation.place), types[observation.place.range] == nil else { continue }
        switch observation.meaning {
        case .binding(let term): types[observation.place.range] = description(of: term, in: elaboration)
        case .results(let terms):
          let texts = terms.compactMap { description(of: $0, in: elaboration) }
          if !texts.isEmpty { types[observation.place.range] = texts.joined(separator: ", ") }
        case .use, .callee: break
        }
      }
    }
    let parameters = parameters(of: statements)
    return statements.compactMap { statement in
      let names = statement.resultPlaces.compactMap { types[$0.range] }
      let hint = InlayHint(
        statement: statement.range, offset: statement.hintOffset, types: names.joined(separator: ", "),
        parameters: parameters[statement.range] ?? "")
      return hint.label.isEmpty ? nil : hint
    }.sorted { $0.offset < $1.offset }
  }

  /// `9,408 parameters` for each statement that has some, `7.09 M × 12` where a `repeat` makes several of them.
  private func parameters(of statements: [Syntax]) -> [Range<Int>: String] {
    var found: [Range<Int>: String] = [:]
    // Statements in order; only the innermost one around a call gets its parameters.
    let sorted = statements.sorted { $0.range.lowerBound < $1.range.lowerBound }
    func statement(around offset: Int) -> Int? {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].range.lowerBound <= offset { low = middle + 1 } else { high = middle }
      }
      return low > 0 && sorted[low - 1].range.upperBound >= offset ? low - 1 : nil
    }
    for elaboration in analysis.elaborations {
      let figures = figures(of: elaboration)
      let graph = elaboration.model.graph
      let totals = figures.totalParameters()
      var counts: [Int: (owner: Graphs.Instance.ID?, place: Place, total: Int, calls: Int)] = [:]
      func add(_ count: Int, at source: SourceRange?, owner: Graphs.Instance.ID?) {
        guard count > 0, let source, source.file == file.number, let index = statement(around: Int(source.start))
        else { return }
        let place = Place(source)
        guard var known = counts[index] else {
          counts[index] = (owner, place, count, 1)
          return
        }
        guard known.owner == owner else { return }
        if known.place == place { known.calls += 1 } else if known.calls == 1 { known.total += count }
        counts[index] = known
      }
      for id in graph.instances.indices {
        let instance = graph.instances[id]
        guard let parent = instance.parent else { continue }
        add(totals[id.index], at: instance.call, owner: owner(parent, in: graph))
      }
      for parameter in elaboration.parameters {
        let origin = graph.values[parameter.value].origin
        guard let source = origin.source, Place(source).file == file.number else { continue }
        add(parameter.tensor.elementCount, at: source, owner: origin.instance.map { owner($0, in: graph) })
      }
      for (index, entry) in counts where found[sorted[index].range] == nil {
        let text = Quantity.count(entry.total)
        found[sorted[index].range] =
          entry.calls > 1 ? "\(text) × \(entry.calls) parameters" : "\(text) parameters"
      }
    }
    return found
  }

  /// The instance of the block that an instance's call stands in: scopes are part of it.
  private func owner(_ instance: Graphs.Instance.ID, in graph: Graph) -> Graphs.Instance.ID {
    var instance = instance
    while graph.instances[instance].kind == .scope, let parent = graph.instances[instance].parent { instance = parent }
    return instance
  }

  private static func collect(_ node: Syntax, in range: Range<Int>, _ statements: inout [Syntax]) {
    for child in node.children {
      let place = child.range
      guard place.lowerBound <= range.upperBound else { return }
      guard place.upperBound >= range.lowerBound else { continue }
      switch child.kind {
      case .binding, .returnStatement, .parameterStatement, .bufferStatement: statements.append(child)
      default: break
      }
      if child.mayHoldStatements { collect(child, in: range, &statements) }
    }
  }
}

extension Syntax {
  /// The places that name what a statement makes, or the place of a `return`.
  var resultPlaces: [Place] {
    switch kind {
    case .binding: children.filter { $0.kind == .target }.compactMap { $0.nameOfTarget?.place }
    case .returnStatement: [place]
    default: []
    }
  }

  private var nameOfTarget: Syntax? { children.first { $0.kind == .name || $0.kind == .quotedName } }

  /// Where a hint stands: behind the statement, or behind the opening brace of a graph literal in it.
  fileprivate var hintOffset: Int { range.upperBound }

  fileprivate var mayHoldStatements: Bool {
    switch kind {
    case .parameterList, .resultList, .whereClause, .annotation, .name, .target, .parameterStatement, .weightsStatement,
      .requireStatement, .useDeclaration, .importDeclaration, .recipeDeclaration:
      false
    default: true
    }
  }
}
