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
    let found = instances(of: declaration)
    guard let shown = shownInstance(of: declaration, choice: choice) else { return [] }
    let place = declaration.namePlace
    let figures = CodeLens(place: place, model: nil) { title(of: found) }
    guard shown.count > 1 else { return [figures] }
    let isOfSeveral = found.count > 1
    return [figures, CodeLens(place: place, model: nil, shown: shown) { title(of: shown, namesModel: isOfSeveral) }]
  }

  private func title(of shown: ShownInstance, namesModel: Bool) -> String {
    let title = "instance \(shown.index + 1) of \(shown.count)"
    guard let elaboration = analysis.elaborations.first(where: { $0.declaration.syntax == shown.model }) else {
      return "\(title) – next"
    }
    let path = InstancePaths(elaboration.model.graph).path(of: shown.id)
    let model = namesModel ? " in \(elaboration.declaration.name)" : ""
    return "\(title)\(path.isEmpty ? "" : ": \(path)")\(model) – next"
  }

  /// What the instances of a block amount to.
  private func title(of found: [ModelInstances]) -> String {
    let uses = found.map { (count: $0.instances.count, model: analysis.elaborations[$0.model].declaration.name) }
    let count = uses.reduce(0) { $0 + $1.count }
    let times = count == 1 ? "once" : "\(count) times"
    var parts = [
      uses.count == 1
        ? "used \(times) in \(uses[0].model)"
        : "used \(times): " + uses.map { "\($0.count) in \($0.model)" }.joined(separator: ", ")
    ]
    var counts: Set<Int> = []
    var macs: [Int] = []
    var assumed: [String: Int] = [:]
    for each in found {
      let figures = figures(of: analysis.elaborations[each.model])
      let totals = figures.totalParameters()
      counts.formUnion(each.instances.map { totals[$0.index] })
      let work = figures.macs(of: each.instances)
      macs += work.counts
      assumed.merge(work.assumed) { known, _ in known }
    }
    let work = Self.each(macs, "MACs").map { $0 + EditorView.text(ofAssumed: assumed) }
    parts += [Self.each(Array(counts), "parameters"), work].compactMap(\.self)
    return parts.joined(separator: " · ")
  }

  /// What each of several instances has: one number where all have the same; `nil` where none has any.
  private static func each(_ counts: [Int], _ unit: String) -> String? {
    guard let least = counts.min(), let most = counts.max(), most > 0 else { return nil }
    return least == most
      ? "\(Quantity.count(most)) \(unit) each" : "\(Quantity.count(least)) to \(Quantity.count(most)) \(unit)"
  }
}
