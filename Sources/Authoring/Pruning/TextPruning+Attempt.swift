import Compression
import Graphs
import Operators
import Semantics
import Syntax
import Tensors

extension TextPruning {
  /// Looks for a text of a pruned model.
  struct Attempt {
    let bound: Elaboration
    let file: SourceFile
    let weightsName: String
    let surroundings: Surroundings
    private let graph: Graph
    private let old: ModelSizes
    private let decisions: ModelDecisions
    private let trace: ArgumentTrace
    private let wasLaidOut: Bool
    private var probes: [Range<Int>: ModelSizes] = [:]
    /// The sizes of all models of the text, by name.
    private let others: [(name: String, sizes: [ModelSizes.Place: Int])]
    /// Where the blocks of the text stand that they call.
    private let othersBlocks: Set<Range<Int>>

    enum Outcome {
      /// A text, and the model that it exports.
      case text([UInt8], Model)
      /// Axes whose groups must stay, and why.
      case leaves([StoredAxis: String])
      /// No text was found, and no group is known to be to blame.
      case fails
    }

    init(_ bound: Elaboration, _ file: SourceFile, _ weightsName: String, _ surroundings: Surroundings)
      throws(TextPruningError)
    {
      (self.bound, self.file, self.weightsName, self.surroundings) = (bound, file, weightsName, surroundings)
      let all = surroundings.elaborate(file, nil)
      let name = bound.declaration.name
      guard let own = all.first(where: { $0.elaboration.declaration.name == name }) else { throw .declaredElsewhere }
      graph = own.elaboration.model.graph
      old = ModelSizes(graph)
      decisions = ModelDecisions(own.elaboration, in: file.number)
      trace = ArgumentTrace(own.program, graph, givenConfiguration: own.elaboration.givenConfiguration)
      wasLaidOut = !file.tree.formatted().isChanged
      let others = all.map(\.elaboration).filter { $0.declaration.name != name }
      self.others = others.map { ($0.declaration.name, ModelSizes($0.model.graph).sizes) }
      othersBlocks = Set(
        others.flatMap(\.calledDeclarations).map(\.place).filter { $0.file == file.number }.map(\.range))
    }

    /// A group of a plan that no text was found for: one with which there is none, while there is one of the groups before it;
    /// with the others that lose something behind it.
    mutating func culprit(in plan: PruningPlan) throws(TextPruningError) -> (group: Int, rest: [Int]) {
      let places = plan.groups.indices.filter { !plan.groups[$0].removed.isEmpty }
      var (low, high) = (0, places.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if case .text = try outcome(of: plan.limited(to: Set(places[...middle]))) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      return (places[low], Array(places[(low + 1)...]))
    }

    /// The call in the user's text that makes a group; those of several instances of it have one place.
    func place(ofGroup group: Int, in plan: PruningPlan) -> Place? {
      let producer = plan.groups[group].axes.first { $0.roles.contains(.producer) }
      guard let name = producer.map({ bound.model.graph.values[$0.value].name }), let value = old.values[name] else {
        return nil
      }
      return trace.place(of: graph.values[value].origin)
    }

    /// Looks for a text of what a plan leaves of the model.
    mutating func outcome(of plan: PruningPlan) throws(TextPruningError) -> Outcome {
      if surroundings.isCancelled() { throw .cancelled }
      let model: Model
      do throws(PruningError) { model = try plan.applied() } catch { throw .plan(error) }
      let wanted = ModelSizes(model.graph)
      let declarations = [bound.declaration.syntax] + bound.calledDeclarations.filter { $0.tree.file == file.number }
      let ownDeclarations = file.tree.root.children.filter { own in
        !othersBlocks.contains(own.range)
          && declarations.contains { $0.range == own.range && $0.place.file == file.number }
      }
      let literals = SizeLiterals(
        in: ownDeclarations, of: file.tree.source, old: old, wanted: wanted, probes: probes
      ) { surroundings.isCancelled() ? nil : elaborated($0).map { ModelSizes($0.model.graph) } }
      if surroundings.isCancelled() { throw .cancelled }
      probes = literals.probes
      let changed = try outcome(of: plan, model, wanted, literals.changes)
      if case .text = changed { return changed }
      if literals.changes.isEmpty { return changed }
      // A number that others are worked out from may have to stay what it is.
      let unchanged = try outcome(of: plan, model, wanted, [])
      if case .text = unchanged { return unchanged }
      // What names a group that loses something helps more than what names none.
      if case .leaves(let axes) = changed, plan.losesSlices(along: axes.keys) { return changed }
      return unchanged
    }

    /// Looks for a text of what a plan leaves of the model, with these numbers changed.
    private func outcome(
      of plan: PruningPlan, _ model: Model, _ wanted: ModelSizes, _ changes: [SizeLiterals.Change]
    ) throws(TextPruningError) -> Outcome {
      var revision = TextRevision()
      for change in changes { revision.replace(change.range, by: "\(change.value)") }
      let sites = SizeSites(trace, old: old, wanted: wanted, decisions)
      var given: Set<Syntax> = []
      // Each round gives more expressions values of their own.
      for _ in 0..<16 {
        if surroundings.isCancelled() { throw .cancelled }
        let text = revision.applied(to: file.tree.source)
        guard let now = elaborated(text) else { break }
        let sizes = ModelSizes(now.model.graph)
        let differing = sizes.differences(from: wanted)
        let all = Set(differing.compactMap { sites.expressions[$0] }).subtracting(given)
        // What follows from the rest need not be said.
        var wrong = all.filter { sites.sites[$0]?.parameter == nil }
        if wrong.isEmpty { wrong = all }
        if wrong.isEmpty {
          // The sizes may be those of other branches.
          let origins = revision.moved(decisions.decisions.map(\.place.start))
          let turned = ModelDecisions(now, in: file.number) { origins[$0] }.differences(from: decisions)
          wrong = Set(turned.compactMap { sites.conditions[$0] }).subtracting(given)
        }
        if wrong.isEmpty {
          guard differing.isEmpty else { return .leaves(reasons(differing, wanted, plan, "no argument is this size")) }
          // Signatures may be wrong as yet, and no more.
          if !now.hasErrors, GraphEquality.first(now.model.graph, model.graph) != nil { break }
          guard let final = finished(revision, model) else { break }
          return .text(final, model)
        }
        var parameters = SizeParameters(graph, file.tree, othersBlocks: othersBlocks, revision)
        for group in alike(wrong, sites) {
          do throws(SizeParameters.Problem) { try parameters.set(group) } catch {
            let places = Set(group.map(\.expression))
            let own = differing.filter { sites.expressions[$0].map(places.contains) ?? false }
            return .leaves(reasons(own, wanted, plan, error.text))
          }
          given.formUnion(group.map(\.expression))
        }
        revision = parameters.revision
      }
      return .fails
    }

    /// Sites in lists of those that stand in one declaration and say the same.
    private func alike(_ wrong: Set<Syntax>, _ sites: SizeSites) -> [[SizeSites.Site]] {
      struct Key: Hashable {
        var declaration: Int
        var text: String
      }
      func key(_ expression: Syntax) -> Key {
        let around = file.tree.root.children.first { $0.range.contains(expression.range.lowerBound) }
        return Key(declaration: around?.range.lowerBound ?? 0, text: expression.text)
      }
      return Dictionary(grouping: wrong.compactMap { sites.sites[$0] }) { key($0.expression) }.values.map { group in
        group.sorted { $0.expression.range.lowerBound < $1.expression.range.lowerBound }
      }.sorted { $0[0].expression.range.lowerBound < $1[0].expression.range.lowerBound }
    }

    /// The axes that make a plan impossible, with the reason.
    private func reasons(
      _ places: [ModelSizes.Place], _ wanted: ModelSizes, _ plan: PruningPlan, _ reason: String
    ) -> [StoredAxis: String] {
      var found: [StoredAxis: String] = [:]
      var makers: [StoredAxis: String] = [:]
      for case .axis(let name, let axis) in places {
        guard let value = bound.model.graph.value(ofInitializer: name), let before = old[.axis(name, axis)],
          let after = wanted[.axis(name, axis)]
        else { continue }
        let text = "in the text, \(reason): \(after) of \(before) in `\(name)`"
        found[StoredAxis(value, axis)] = text
        let isMade = plan.groups.contains { group in
          !group.removed.isEmpty
            && group.axes.contains { $0.value == value && $0.axis == axis && $0.roles.contains(.producer) }
        }
        if isMade { makers[StoredAxis(value, axis)] = text }
      }
      // What follows from another size is not to blame.
      if !makers.isEmpty { return makers }
      if !found.isEmpty { return found }
      for place in places {
        guard let name = place.node, let node = old.nodes[name], let own = bound.model.graph.node(named: name) else {
          continue
        }
        let what = "in the text, \(reason) for \(graph.nodes[node].operatorType) `\(name)`"
        for group in plan.groups(at: own) {
          if let axis = plan.groups[group].axes.first(where: { $0.roles.contains(.producer) }) {
            found[axis.stored] = what
          }
        }
        if !found.isEmpty { continue }
        // What is computed beforehand has no axes: what is pruned in the same block.
        let path = name.split(separator: "/").dropLast().joined(separator: ".")
        for axis in plan.groups.filter({ !$0.removed.isEmpty }).flatMap(\.axes)
        where !path.isEmpty && bound.model.graph.values[axis.value].name.hasPrefix(path + ".") {
          found[axis.stored] = what
        }
      }
      return found
    }

    /// A model of a text without its weights.
    private func elaborated(_ text: [UInt8]) -> Elaboration? {
      let name = bound.declaration.name
      return surroundings.elaborate(file.with(text), name).first { $0.elaboration.declaration.name == name }?
        .elaboration
    }

    /// What the layers of a plan lose, and where the text says so.
    func layers(of plan: PruningPlan) -> [TextPruning.Layer] {
      var layers: [TextPruning.Layer] = []
      for group in plan.groups where !group.removed.isEmpty {
        for (place, axis) in group.axes.enumerated() where axis.roles.contains(.producer) {
          let parameter = bound.model.graph.values[axis.value].name
          let name = parameter.split(separator: ".").dropLast().joined(separator: ".")
          guard let value = old.values[parameter], let before = old[.axis(parameter, axis.axis)], !name.isEmpty,
            !layers.contains(where: { $0.name == name })
          else { continue }
          let lost = Set(group.removed.flatMap { group.indices[$0][place] }).count
          let found = trace.sites(ofAxis: axis.axis, of: value).map(\.expression.place)
          layers.append(
            TextPruning.Layer(
              name: name, before: before, after: before - lost,
              places: found.filter { $0.file == file.number }.map(\.range)))
        }
      }
      return layers
    }

    // MARK: - The end

    /// The whole text, where it exports the model.
    private func finished(_ revision: TextRevision, _ model: Model) -> [UInt8]? {
      var revision = revision
      point(&revision)
      var text = SignatureRevision(file, { elaborated($0) }).revised(revision.applied(to: file.tree.source))
      let tree = SyntaxTree.parse(text, file: file.number)
      guard tree.diagnostics.isEmpty else { return nil }
      if wasLaidOut { text = tree.formatted().text }
      let all = surroundings.elaborate(file.with(text), nil).map(\.elaboration)
      for other in others {
        guard let after = all.first(where: { $0.declaration.name == other.name }),
          ModelSizes(after.model.graph).sizes == other.sizes
        else { return nil }
      }
      guard var own = all.first(where: { $0.declaration.name == bound.declaration.name }), !own.hasErrors else {
        return nil
      }
      let checkpoint = Checkpoint(tensors: TextPruning.weights(of: model))
      var binder = WeightsBinder { _ in .success(checkpoint) }
      binder.bind(&own, requiresFiles: true)
      guard !own.hasErrors, GraphEquality.first(own.model.graph, model.graph) == nil else { return nil }
      return text
    }

    /// Makes the model take its weights from the new file.
    private func point(_ revision: inout TextRevision) {
      guard let body = bound.declaration.body else { return }
      let statement = "weights \"\(weightsName)\""
      let former = body.children.filter { $0.kind == .weightsStatement }
      if let first = former.first {
        revision.replace(first.range, by: statement)
        for other in former.dropFirst() { revision.replace(other.range, by: "") }
      } else {
        revision.insert("\n    " + statement + "\n", at: body.range.lowerBound + 1)
      }
    }
  }
}

extension SourceFile {
  /// The file with another text.
  fileprivate func with(_ text: [UInt8]) -> SourceFile { SourceFile(path: path, source: text, number: number) }
}

extension ModelSizes.Place {
  /// The node that it is of.
  fileprivate var node: String? {
    switch self {
    case .attribute(let name, _, _), .element(let name, _, _, _): name
    case .axis, .result: nil
    }
  }
}

extension Graph {
  fileprivate func node(named name: String) -> Node.ID? { regions[body].nodes.first { nodes[$0].name == name } }

  fileprivate func value(ofInitializer name: String) -> Value.ID? {
    regions[body].initializers.first { values[$0.value].name == name }?.value
  }
}
