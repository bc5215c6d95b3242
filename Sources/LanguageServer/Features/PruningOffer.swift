import Authoring
import Compression
import Graphs
import JSON
import Operators
import Semantics

/// The code actions that prune models of a document, or the layers at a cursor or in a selection.
enum PruningOffer {
  /// The plan of a model whose slices nobody has weighed: it is enough for what would be left.
  static func plan(for model: Model) -> PruningPlan? {
    var options = PruningOptions()
    options.isMeasured = false
    options.amount = .ratio(0)
    return try? PruningPlan(of: model, ModelInference(of: model), options)
  }

  static func actions(in range: Range<Int>, _ document: Document, _ context: RequestContext) -> [JSONValue] {
    guard context.client.capabilities.takesApplyEdit else { return [] }
    var actions: [JSONValue] = []
    for elaboration in document.view.analysis.elaborations {
      let name = elaboration.declaration.name
      if let disabled = CompressionAction.disabled("Prune \(name)", ModelPruning.kind, elaboration, document, context) {
        actions += disabled
        continue
      }
      guard let plan = plan(for: elaboration.model) else { continue }
      let chosen = ChosenLayers(in: range, of: elaboration).map { plan.groups(madeBy: $0.nodes) } ?? []
      let free = plan.groups.count { $0.reason == nil }
      for choice in PruningChoice.all {
        if !chosen.isEmpty, chosen.count < free, let after = plan.forecast(ratio: choice.ratio, of: chosen) {
          let subject = chosen.count == 1 ? "this layer" : "these \(chosen.count) layers"
          actions.append(
            action(subject, choice, plan.before, after, elaboration, selection: range, document, context))
        }
        if let after = plan.forecast(ratio: choice.ratio) {
          actions.append(
            action(name, choice, plan.before, after, elaboration, document, context))
        }
      }
    }
    return actions
  }

  private static func action(
    _ subject: String, _ choice: PruningChoice, _ before: PruningFigures, _ after: PruningFigures,
    _ elaboration: Elaboration, selection: Range<Int>? = nil, _ document: Document, _ context: RequestContext
  ) -> JSONValue {
    let title = "Prune \(choice.title) of \(subject): \(PruningChoice.text(from: before, to: after))"
    return CompressionAction(kind: ModelPruning.kind, command: ExecuteCommandRequest.prune).json(
      title, choice: choice.name, model: elaboration.declaration.name, selection: selection, document, context)
  }
}
