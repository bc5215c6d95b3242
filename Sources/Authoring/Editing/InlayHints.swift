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
    let types = types(at: Set(statements.flatMap(\.resultPlaces)), in: range)
    let parameters = parameters(of: statements)
    return statements.compactMap { statement in
      let made = statement.resultPlaces.compactMap { types[$0.range] }
      var (names, counted) = (made.map(\.text).joined(separator: ", "), "")
      let differing = made.filter(\.differs).map(\.count).max()
      let shown = shownInstance(at: statement.place)?.suffix
      if let differing { names += shown ?? Self.first(of: differing) }
      if let found = parameters[statement.range] {
        counted = found.text + (found.differs && differing == nil ? shown ?? Self.first(of: found.count) : "")
      }
      let hint = InlayHint(
        statement: statement.range, offset: statement.hintOffset, types: names, parameters: counted)
      return hint.label.isEmpty ? nil : hint
    }.sorted { $0.offset < $1.offset }
  }

  /// What a hint says of the first of several instances or rounds.
  private struct FirstOfSeveral {
    var text: String
    var count = 1
    /// Whether another one has something else.
    var differs = false
  }

  static func first(of count: Int) -> String { " (first of \(count))" }

  /// What is bound at places in a range, by their bytes: in a block in all models, elsewhere in the first that has them.
  private func types(at places: Set<Place>, in range: Range<Int>) -> [Range<Int>: FirstOfSeveral] {
    var first: [Range<Int>: FirstTerms] = [:]
    for (model, elaboration) in analysis.elaborations.enumerated() {
      for observation in elaboration.observations
      where observation.place.file == file.number && range.overlaps(observation.place.range) {
        let place = observation.place.range
        guard places.contains(observation.place) else { continue }
        let terms: [Term]
        switch observation.meaning {
        case .binding(let term): terms = [term]
        case .results(let results): terms = results
        case .use, .callee: continue
        }
        if let known = first[place] {
          guard known.model == model || isInBlock(observation.place) else { continue }
          first[place]?.found.count += 1
          if let shown = shownInstance(at: observation.place), !known.isShown,
            isShown(observation.instance, in: elaboration, shown)
          {
            first[place]?.isShown = true
            first[place]?.found.text = text(of: terms, in: elaboration)
          }
          if !known.found.differs, !isSame(known, terms, in: elaboration, model) { first[place]?.found.differs = true }
        } else {
          let text = text(of: terms, in: elaboration)
          let shown = shownInstance(at: observation.place)
          let isShown = shown.map { self.isShown(observation.instance, in: elaboration, $0) } ?? true
          if !text.isEmpty { first[place] = FirstTerms(terms, of: model, FirstOfSeveral(text: text), isShown) }
        }
      }
    }
    // What the instance that is shown does not run has no type in it.
    return first.filter(\.value.isShown).mapValues(\.found)
  }

  /// What is bound at a place in the first instance.
  private struct FirstTerms {
    var terms: [Term]
    /// Which of the analysis' models has it.
    var model: Int
    var found: FirstOfSeveral
    /// Whether the instance that is shown was found.
    var isShown: Bool

    init(_ terms: [Term], of model: Int, _ found: FirstOfSeveral, _ isShown: Bool) {
      (self.terms, self.model, self.found, self.isShown) = (terms, model, found, isShown)
    }
  }

  private func text(of terms: [Term], in elaboration: Elaboration) -> String {
    terms.compactMap { description(of: $0, in: elaboration) }.joined(separator: ", ")
  }

  /// Whether terms of another instance, maybe of another model, have the same types and values as those of the first.
  private func isSame(_ first: FirstTerms, _ others: [Term], in elaboration: Elaboration, _ model: Int) -> Bool {
    guard first.model == model else {
      return text(of: first.terms, in: analysis.elaborations[first.model]) == text(of: others, in: elaboration)
    }
    return isSame(first.terms, others, in: elaboration)
  }

  /// Whether terms of two instances of a model have the same types and values.
  func isSame(_ terms: [Term], _ others: [Term], in elaboration: Elaboration) -> Bool {
    guard terms.count == others.count else { return false }
    let values = elaboration.model.graph.values
    return zip(terms, others).allSatisfy { term, other in
      switch (term, other) {
      case (.tensor(let value), .tensor(let other)): value == other || values[value].type == values[other].type
      case (.integer(let value), .integer(let other)): value == other
      default: description(of: term, in: elaboration) == description(of: other, in: elaboration)
      }
    }
  }

  /// How many parameters each statement has: `9,408 parameters`, `7.09 M × 12 parameters` where a `repeat` makes several
  /// alike, and the sum where they are not.
  private func parameters(of statements: [Syntax]) -> [Range<Int>: FirstOfSeveral] {
    var found: [Range<Int>: FirstOfSeveral] = [:]
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
    // By statement and by instance of the block around; outside of blocks, in the first model that has some.
    var counts: [Int: [CallCounts]] = [:]
    var indices: [InstanceOfStatement: Int] = [:]
    var firstModels: [Int: Int] = [:]
    for (model, elaboration) in analysis.elaborations.enumerated() {
      let figures = figures(of: elaboration)
      let graph = elaboration.model.graph
      let totals = figures.totalParameters()
      func add(_ count: Int, at source: SourceRange?, owner: Graphs.Instance.ID?) {
        guard count > 0, let source, source.file == file.number, let index = statement(around: Int(source.start))
        else { return }
        let first = firstModels[index] ?? model
        guard first == model || isInBlock(sorted[index].place) else { return }
        firstModels[index] = first
        let key = InstanceOfStatement(statement: index, model: model, owner: owner)
        if let known = indices[key] {
          counts[index]?[known].add(count, at: Place(source))
        } else {
          indices[key] = counts[index, default: []].count
          counts[index, default: []].append(CallCounts(count, at: Place(source)))
        }
      }
      for id in graph.instances.indices {
        let instance = graph.instances[id]
        guard let parent = instance.parent else { continue }
        add(totals[id.index], at: instance.call, owner: graph.block(around: parent))
      }
      for parameter in elaboration.parameters {
        let origin = graph.values[parameter.value].origin
        guard let source = origin.source, Place(source).file == file.number else { continue }
        add(parameter.tensor.elementCount, at: source, owner: origin.instance.map { graph.block(around: $0) })
      }
    }
    for (index, owners) in counts {
      let texts = owners.map(\.text)
      var shown: Int?
      if let chosen = shownInstance(at: sorted[index].place) {
        let model = analysis.elaborations.firstIndex { $0.declaration.syntax == chosen.model }
        shown = model.flatMap { indices[InstanceOfStatement(statement: index, model: $0, owner: chosen.id)] }
        guard shown != nil else { continue }
      }
      found[sorted[index].range] = FirstOfSeveral(
        text: texts[shown ?? 0], count: texts.count, differs: texts.contains { $0 != texts[0] })
    }
    return found
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

private struct InstanceOfStatement: Hashable {
  var statement: Int
  /// Which of the analysis' models has the instance.
  var model: Int
  var owner: Graphs.Instance.ID?
}

/// The parameters of the calls in a statement, in one instance of the block around it.
private struct CallCounts {
  /// By place, those of each time that it is called.
  private var counts: [(place: Place, each: [Int])]

  init(_ count: Int, at place: Place) { counts = [(place, [count])] }

  mutating func add(_ count: Int, at place: Place) {
    guard let index = counts.firstIndex(where: { $0.place == place }) else {
      return counts.append((place, [count]))
    }
    counts[index].each.append(count)
  }

  var text: String {
    let times = Set(counts.map(\.each.count))
    guard times.count == 1, let time = times.first else {
      return "\(sum(counts.flatMap(\.each))) parameters in all"
    }
    let rounds = (0..<time).map { round in sum(counts.map { $0.each[round] }) }
    guard time > 1 else { return "\(rounds[0]) parameters" }
    return Set(rounds).count == 1
      ? "\(rounds[0]) × \(time) parameters" : "\(sum(counts.flatMap(\.each))) parameters in \(time) rounds"
  }

  private func sum(_ counts: [Int]) -> String {
    var sum = 0
    for count in counts { sum.add(count) }
    return Quantity.count(sum)
  }
}
