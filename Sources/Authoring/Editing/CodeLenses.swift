import Graphs
import Semantics
package import Syntax

/// What an editor writes above a declaration.
package struct CodeLens: Sendable {
  package var place: Place
  /// Counted when somebody wants to see it.
  package var title: String { counted.value }
  fileprivate let counted: Lazy<String>
  /// The model that the lens is of; `nil` for a block.
  package var model: String?
  /// Whether there is a list behind it: of the weights that the model lacks, and of those that it leaves.
  package var listsWeights = false
  /// The instance that hints are shown for, where the lens is there to go on to the next.
  package var shown: ShownInstance?

  fileprivate init(
    place: Place, model: String?, listsWeights: Bool = false, shown: ShownInstance? = nil,
    title: @escaping @Sendable () -> String
  ) {
    self.place = place
    self.model = model
    self.listsWeights = listsWeights
    self.shown = shown
    counted = Lazy(title)
  }

  /// The lens at another place.
  func at(_ place: Place) -> CodeLens {
    var lens = self
    lens.place = place
    return lens
  }

  /// The lens with a remark behind what it says.
  func remarking(_ remark: String) -> CodeLens {
    CodeLens(place: place, model: model, listsWeights: listsWeights, shown: shown) { "\(title) · \(remark)" }
  }

  /// The lens at another place.
  ///
  /// - Parameter other: a lens that says what this one is to say, made when somebody wants to see it.
  func at(_ place: Place, as other: @escaping @Sendable () -> CodeLens) -> CodeLens {
    CodeLens(place: place, model: model, listsWeights: listsWeights, shown: shown) { other().title }
  }
}

extension EditorView {
  /// The figures of each model and of each block that a model uses, and the instance that is shown of a block with several.
  package func codeLenses(showing choices: InstanceChoices = [:]) -> [CodeLens] {
    analysis.program.main.declarationsInOrder.flatMap { declaration -> [CodeLens] in
      switch declaration.kind {
      case .model: modelLenses(declaration)
      case .block: blockLenses(declaration, choice: choices[declaration.name] ?? 0)
      case .operator: []
      }
    }
  }

  private func modelLenses(_ declaration: Declaration) -> [CodeLens] {
    guard let elaboration = analysis.elaborations.first(where: { $0.declaration.name == declaration.name }) else {
      return []
    }
    let (place, name) = (declaration.namePlace, declaration.name)
    let figures = CodeLens(place: place, model: name) { title(of: elaboration) }
    guard let use = weightsUse(of: elaboration) else { return [figures] }
    return [figures, CodeLens(place: place, model: name, listsWeights: !use.isEmpty) { use.title }]
  }

  private func title(of elaboration: Elaboration) -> String {
    let summary = ModelSummary(elaboration, bindings: sizes(of: elaboration).values)
    var parts = ["\(Quantity.count(summary.parameters)) parameters"]
    if summary.macs > 0 { parts.append("\(Quantity.count(summary.macs)) MACs") }
    if summary.weightBytes > 0 { parts.append("weights \(Quantity.bytes(summary.weightBytes))") }
    if summary.peakActivationBytes > 0 {
      parts.append("peak activation \(Quantity.bytes(summary.peakActivationBytes))")
    }
    if !summary.assumed.isEmpty {
      let assumed = summary.assumed.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      parts.append("at \(assumed.joined(separator: ", "))")
    }
    return parts.joined(separator: " · ")
  }

  private func blockLenses(_ declaration: Declaration, choice: Int) -> [CodeLens] {
    guard let (instances, elaboration) = instances(of: declaration) else { return [] }
    let place = declaration.namePlace
    let figures = CodeLens(place: place, model: nil) { title(of: instances, in: elaboration) }
    guard instances.count > 1, let shown = shownInstance(of: declaration, choice: choice) else { return [figures] }
    return [figures, CodeLens(place: place, model: nil, shown: shown) { title(of: shown, in: elaboration) }]
  }

  private func title(of shown: ShownInstance, in elaboration: Elaboration) -> String {
    let path = InstancePaths(elaboration.model.graph).path(of: shown.id)
    return "instance \(shown.index + 1) of \(shown.count)\(path.isEmpty ? "" : ": \(path)") – next"
  }

  /// The instances of a block in the first model that has some; `nil` where no model uses it.
  func instances(of declaration: Declaration) -> (instances: [Graphs.Instance.ID], elaboration: Elaboration)? {
    for elaboration in analysis.elaborations where declaration.kind == .block {
      let graph = elaboration.model.graph
      let instances = Array(graph.instances.indices).filter { id in
        graph.instances[id].kind == .block && graph.instances[id].callee == declaration.name
          && !graph.instances[id].isLibrary
      }
      if !instances.isEmpty { return (instances, elaboration) }
    }
    return nil
  }

  /// What the instances of a block amount to.
  private func title(of instances: [Graphs.Instance.ID], in elaboration: Elaboration) -> String {
    let totals = figures(of: elaboration).totalParameters()
    var parts = [
      "used \(instances.count == 1 ? "once" : "\(instances.count) times") in \(elaboration.declaration.name)"
    ]
    let counts = Set(instances.map { totals[$0.index] }).sorted()
    if counts.count == 1, counts[0] > 0 {
      parts.append("\(Quantity.count(counts[0])) parameters each")
    } else if let least = counts.first, let most = counts.last, most > 0 {
      parts.append("\(Quantity.count(least)) to \(Quantity.count(most)) parameters")
    }
    if let macs = macs(of: instances, in: elaboration) { parts.append(macs) }
    return parts.joined(separator: " · ")
  }

  /// What the instances of a block cost: one number where all cost the same.
  private func macs(of instances: [Graphs.Instance.ID], in elaboration: Elaboration) -> String? {
    let counts = figures(of: elaboration).macs(of: instances)
    guard let least = counts.min(), let most = counts.max(), most > 0 else { return nil }
    return least == most
      ? "\(Quantity.count(most)) MACs each" : "\(Quantity.count(least)) to \(Quantity.count(most)) MACs"
  }
}
