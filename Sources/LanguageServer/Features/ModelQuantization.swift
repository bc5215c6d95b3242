import Authoring
import Calibration
import Compression
import Execution
import Graphs
import JSON
import Recipes
import Semantics

/// Quantizes a model of an open document, or some of its layers: `mica.quantize` and the code actions for it.
struct ModelQuantization {
  static let kind = "source.quantize"

  private let writing: ModelWriting
  private let choice: QuantizationChoice
  /// The bytes of the text whose layers are meant; `nil` for the whole model.
  private let selection: Range<Int>?

  /// - Parameter argument: that of a `CompressionAction`.
  /// - Throws: where the text is another one by now, or there is no such choice.
  init(_ document: Document, _ argument: JSONValue?, _ context: RequestContext) throws(ResponseError) {
    try ModelWriting.checkVersion(of: document, argument, context)
    choice = try CompressionAction.choice(in: argument, of: QuantizationChoice.all + [.onSamples], named: \.name)
    selection = CompressionAction.selection(in: argument)
    writing = try ModelWriting(document, model: argument?["model"]?.stringValue, context)
  }

  /// Writes the quantized model beside its text, tells the user what has changed, and shows the report.
  func run() async throws(ResponseError) -> JSONValue {
    let name = writing.declaration.name
    let wanted = writing.path("\(name).\(choice.name).onnx")
    let (report, answer) = try await writing.run("Quantizing \(name) to \(choice.title)") {
      progress throws(ResponseError) -> (QuantizationReport, JSONValue) in
      let elaboration = try writing.elaborated(progress)
      var plan = try plan(for: elaboration)
      progress.report("reading \(Quantity.bytes(plan.bytesBefore)) of weights")
      plan.measure { progress.isCancelled }
      try writing.checkCancellation(progress)
      var results: StaticQuantization?
      if choice.options.scheme == .static { results = try calibrated(&plan, progress) }
      guard !plan.isEmpty else { throw writing.failed("no layer can be quantized to \(choice.title)") }
      let path = try writing.write(plan.applied(), of: elaboration, to: wanted, progress)
      let changed = plan.layers.count { $0.form != nil }
      writing.context.client.show(
        .info,
        "Wrote \(path): \(Self.sizes(of: plan)), \(changed) of \(plan.layers.count) layers to \(choice.title)")
      let report = QuantizationReport(plan, path: path, fileBytes: nil, results: results)
      return (
        report,
        [
          "path": .string(path), "uri": .string(DocumentURI(path: path).text), "report": .string(report.text),
          "plan": report.json,
        ]
      )
    }
    let shown = ShownReport(
      name: "\(name).\(choice.name)", title: "\(name) as \(choice.title)", text: report.text)
    await shown.show(writing.context.client)
    return answer
  }

  private func calibrated(
    _ plan: inout QuantizationPlan, _ progress: Progress
  ) throws(ResponseError) -> StaticQuantization {
    guard let files = CalibrationFiles(in: writing.folder) else {
      throw writing.failed("there are no samples in the folder `calibration` beside the text")
    }
    do throws(CalibrationError) {
      let runtime: Runtime
      do throws(RuntimeError) { runtime = try Runtime.shared() } catch { throw .runtime(error) }
      return try StaticQuantization(
        &plan, on: { inputs throws(SampleError) in (try SampleFiles(at: files.path, for: inputs), []) },
        by: .meanSquaredError, goal: nil, runtime
      ) { work, done, total in
        progress.report("\(work) \(done) of \(total)")
        return !progress.isCancelled
      }
    } catch {
      try writing.checkCancellation(progress)
      throw writing.failed("\(error)")
    }
  }

  private func plan(for elaboration: Elaboration) throws(ResponseError) -> QuantizationPlan {
    var plan: QuantizationPlan
    do throws(QuantizationPlanner.Problem) {
      plan = try QuantizationPlanner.plan(for: elaboration.model, choice.options)
    } catch {
      throw writing.failed("\(error)")
    }
    guard let selection else { return plan }
    guard let layers = ChosenLayers(in: selection, of: elaboration, plan: plan) else {
      throw writing.failed("the selection has no layer with weights")
    }
    plan.restrict(to: layers.nodes)
    return plan
  }

  private static func sizes(of plan: QuantizationPlan) -> String {
    "\(Quantity.bytes(plan.bytesBefore)) → \(Quantity.bytes(plan.bytesAfter))"
  }

  /// What is offered for the models of a document, and for the layers at a cursor or in a selection.
  static func actions(in range: Range<Int>, _ document: Document, _ context: RequestContext) -> [JSONValue] {
    var actions: [JSONValue] = []
    let folder = document.uri.path.flatMap { path in path.lastIndex(of: "/").map { path[...$0] } }
    let samples = folder.flatMap { CalibrationFiles(in: $0) }
    let choices = QuantizationChoice.all + (samples == nil ? [] : [.onSamples])
    for elaboration in document.view.analysis.elaborations {
      let title = "Quantize \(elaboration.declaration.name)"
      if let disabled = CompressionAction.disabled(title, kind, elaboration, document, context) {
        actions += disabled
        continue
      }
      for (choice, plan) in QuantizationChoice.plans(for: elaboration.model, choices) {
        let isStatic = choice.options.scheme == .static
        let manner = isStatic ? "statically with \(samples?.label ?? "")" : "to \(choice.title)"
        if let layers = ChosenLayers(in: range, of: elaboration, plan: plan) {
          var limited = plan
          limited.restrict(to: layers.nodes)
          let count = limited.layers.count { $0.form != nil }
          if count > 0, count < plan.layers.count {
            let subject = count == 1 ? "this layer" : "these \(count) layers"
            actions.append(
              action("Quantize \(subject) \(manner)", choice, limited, elaboration, selection: range, document, context)
            )
          }
        }
        actions.append(
          action("\(title) \(manner)", choice, plan, elaboration, document, context))
      }
    }
    return actions
  }

  private static func action(
    _ work: String, _ choice: QuantizationChoice, _ plan: QuantizationPlan, _ elaboration: Elaboration,
    selection: Range<Int>? = nil, _ document: Document, _ context: RequestContext
  ) -> JSONValue {
    let title = "\(work): \(sizes(of: plan))"
    return CompressionAction(kind: kind, command: ExecuteCommandRequest.quantize).json(
      title, choice: choice.name, model: elaboration.declaration.name, selection: selection, document, context)
  }
}
