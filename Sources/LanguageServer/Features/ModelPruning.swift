import Authoring
import Checkpoints
import Compression
import Formats
import Glibc
import Graphs
import JSON
import Operators
import Semantics
import Syntax
import Workspace

/// Prunes a model in the text of an open document, or some of its layers: `mica.prune` and the code actions for it.
///
/// The weights go into a file beside the document, and the text changes by an edit that the user can look at and undo.
struct ModelPruning {
  static let kind = "source.prune"

  private let writing: ModelWriting
  private let choice: PruningChoice
  /// The bytes of the text whose layers are meant; `nil` for the whole model.
  private let selection: Range<Int>?

  /// - Parameter argument: that of a `CompressionAction`.
  /// - Throws: where the text is another one by now, or there is no such choice.
  init(_ document: Document, _ argument: JSONValue?, _ context: RequestContext) throws(ResponseError) {
    try ModelWriting.checkVersion(of: document, argument, context)
    choice = try CompressionAction.choice(in: argument, of: PruningChoice.all, named: \.name)
    selection = CompressionAction.selection(in: argument)
    writing = try ModelWriting(document, model: argument?["model"]?.stringValue, context)
  }

  /// The document without some channels.
  private struct Pruned {
    var plan: PruningPlan
    var model: Model
    var text: [UInt8]
    /// What layers lose, where the text says so.
    var layers: [TextPruning.Layer] = []
    /// The file of its weights, which is written already.
    var path: String

    func removeFiles() {
      unlink(path)
      unlink(path + ".data")
    }
  }

  /// Writes the weights of the pruned model beside its text, changes the text, tells the user what has changed, and
  /// shows the report.
  func run() async throws(ResponseError) -> JSONValue {
    guard writing.context.client.capabilities.takesApplyEdit else {
      throw writing.failed("this editor takes no edits from the server; `mica prune` writes the text as a file")
    }
    let pruned = try await writing.run("Pruning \(choice.title) of \(writing.declaration.name)") {
      progress throws(ResponseError) in
      let elaboration = try writing.elaborated(progress)
      progress.report("planning")
      let isImported = elaboration.isVerbatim || !elaboration.references.isEmpty
      let pruned = isImported ? try self.imported(elaboration, progress) : try self.written(elaboration, progress)
      guard !progress.isCancelled else {
        pruned.removeFiles()
        throw ResponseError(.requestCancelled, "cancelled; nothing was written")
      }
      return pruned
    }
    guard writing.context.current.has(writing.document) else {
      pruned.removeFiles()
      throw ResponseError(
        .contentModified, "the text has changed while the model was pruned, so nothing was written; prune it again")
    }
    let title = title(of: pruned.plan)
    let edit = Self.edit(pruned, title, in: writing.document, writing.context.client.capabilities)
    let answer = await writing.context.client.request("workspace/applyEdit", ["label": .string(title), "edit": edit])
    guard answer?["applied"]?.boolValue ?? false else {
      pruned.removeFiles()
      throw ResponseError(.requestCancelled, "the edit was not made; nothing was written")
    }
    writing.context.client.show(.info, "\(title); its weights are in \(pruned.path)")
    let report = PruningReport(pruned.plan, pruned.model.graph, output: pruned.path)
    let name = writing.declaration.name
    let shown = ShownReport(name: "\(name).\(choice.name)", title: "\(name) without \(choice.title)", text: report.text)
    await shown.show(writing.context.client)
    return [
      "path": .string(pruned.path), "uri": .string(DocumentURI(path: pruned.path).text),
      "report": .string(report.text), "plan": report.json,
    ]
  }

  /// A text that says its sizes itself.
  private func written(_ elaboration: Elaboration, _ progress: Progress) throws(ResponseError) -> Pruned {
    let weightsName = unusedName(writing.declaration.name, "safetensors")
    let path = writing.path(weightsName)
    let pruned: TextPruning
    let leaving = try notSelected(in: elaboration)
    do throws(TextPruningError) {
      pruned = try TextPruning(
        elaboration, in: writing.document.file, choice.options, weightsName: weightsName, leaving: leaving,
        TextPruning.Surroundings(overlay: writing.document.overlay) { progress.isCancelled })
    } catch {
      if case .cancelled = error { throw ResponseError(.requestCancelled, "cancelled; nothing was written") }
      throw writing.failed("\(error)")
    }
    try writing.checkCancellation(progress)
    progress.report("writing \(path)")
    do { try SafetensorsWriter.write(pruned.weights, to: path) } catch { throw writing.failed("\(error)") }
    return Pruned(plan: pruned.plan, model: pruned.model, text: pruned.text, layers: pruned.layers, path: path)
  }

  /// A text of an ONNX file, whose tensors it names: they go to a new file, and the text says what differs.
  private func imported(_ elaboration: Elaboration, _ progress: Progress) throws(ResponseError) -> Pruned {
    let program = writing.document.view.analysis.program
    guard program.files.count == 1, program.models.count == 1 else {
      throw writing.failed("a text of an ONNX file is pruned where it has one model and imports nothing")
    }
    let leaving = try notSelected(in: elaboration)
    let plan: PruningPlan
    let model: Model
    do throws(PruningError) {
      plan = try PruningPlan(
        of: elaboration.model, ModelInference(of: elaboration.model), choice.options, leaving: leaving)
      model = try plan.applied()
    } catch { throw writing.failed("\(error)") }
    guard plan.groups.contains(where: { !$0.removed.isEmpty }) else {
      throw writing.failed(plan.emptiness)
    }
    let stem = writing.document.path.split(separator: "/").last?.split(separator: ".").first ?? "model"
    let path = try writing.write(
      model, of: elaboration, to: writing.path(unusedName(String(stem), "onnx")), progress)
    var pruned = Pruned(plan: plan, model: model, text: [], path: path)
    do {
      pruned.text = try ModelText.text(
        of: try ONNXReader.read(path), in: path, at: writing.document.path, after: writing.document.file.tree,
        elaboration.declaration)
    } catch {
      pruned.removeFiles()
      throw writing.failed("\(error)")
    }
    return pruned
  }

  /// Why groups stay that the selection has nothing of.
  private func notSelected(in elaboration: Elaboration) throws(ResponseError) -> [StoredAxis: String] {
    guard let selection else { return [:] }
    guard let layers = ChosenLayers(in: selection, of: elaboration),
      let plan = PruningOffer.plan(for: elaboration.model)
    else { throw writing.failed("the selection has no layer with weights") }
    var leaving: [StoredAxis: String] = [:]
    let chosen = plan.groups(madeBy: layers.nodes)
    for (place, group) in plan.groups.enumerated() where !chosen.contains(place) {
      for axis in group.axes where axis.roles.contains(.producer) { leaving[axis.stored] = "it is not selected" }
    }
    return leaving
  }

  private func title(of plan: PruningPlan) -> String {
    let lost = plan.groups.count { !$0.removed.isEmpty }
    return "Pruned \(writing.declaration.name): \(PruningChoice.text(from: plan.before, to: plan.after)), "
      + "\(lost) of \(plan.groups.count) groups"
  }

  /// A name that no file has: the old text may take its weights from a file of such a name, and undoing brings it back.
  private func unusedName(_ model: String, _ suffix: String) -> String {
    var name = "\(model).pruned.\(suffix)"
    var number = 2
    while access(writing.path(name), F_OK) == 0 {
      name = "\(model).pruned\(number).\(suffix)"
      number += 1
    }
    return name
  }

  // MARK: - The edit

  /// The change of the text: layer by layer to be confirmed, where the client has a way to show that.
  private static func edit(
    _ pruned: Pruned, _ title: String, in document: Document, _ client: ClientCapabilities
  ) -> JSONValue {
    let edits = LineEdits.edits(from: document.file.tree, to: pruned.text)
    var known: [String: String] = [:]
    return TextEdits.workspaceEdit(edits, in: document, client) { edit in
      let label = label(of: edit, pruned.layers, in: document)
      let id = known[label, default: "prune-\(known.count + 1)"]
      known[label] = id
      return TextEdits.Annotation(id: id, label: label, description: title)
    }
  }

  /// What layers lose by an edit, as in `layer1.0.conv1: 64 → 45 channels`; of a line that says nothing of one, the line.
  private static func label(of edit: Fix.Edit, _ layers: [TextPruning.Layer], in document: Document) -> String {
    let range = edit.place.range
    let named = layers.filter { layer in layer.places.contains { $0.overlaps(range) } }
    guard !named.isEmpty else {
      let line = document.file.position(of: range.lowerBound).line
      let text = edit.replacement.lines.last { !$0.isEmpty }.map { $0.drop { $0 == " " } } ?? ""
      return "line \(line): \(text.prefix(100))"
    }
    let few = named.prefix(3).map { "\($0.name): \($0.before) → \($0.after) channels" }.joined(separator: ", ")
    return named.count > 3 ? "\(few) and \(named.count - 3) more layers" : few
  }
}
