import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/codeAction`: the fixes of the diagnostics at the cursor, refactorings, and what is made of the models.
enum CodeActionRequest {
  static let exportKind = "source.export"
  static let kinds = [
    "quickfix", "refactor.extract", "refactor.inline", SourceActions.fixAll,
    SourceActions.organizeImports, CheckpointModel.kind, exportKind, ModelPruning.kind,
    ModelQuantization.kind,
  ]
  /// `CodeActionTriggerKind.Automatic`.
  private static let automatic = 2
  /// How many fixes of a diagnostic are tried while the cursor moves.
  private static let automaticAttempts = 4

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let range = try context.range(in: document)
    let only = context.parameters["context"]?["only"]?.arrayValue?.compactMap(\.stringValue)
    func isWanted(_ kind: String) -> Bool {
      only?.contains { kind == $0 || kind.hasPrefix($0 + ".") || $0.isEmpty } ?? true
    }
    var actions: [JSONValue] = []
    let isAutomatic = context.parameters["context"]?["triggerKind"]?.intValue == automatic
    if isWanted("quickfix") {
      actions += quickFixes(in: range, document, context, isAutomatic: isAutomatic && only == nil)
    }
    // Each is proved by elaborating two texts, or has a plan of the whole model: not while the cursor moves.
    if !isAutomatic || only != nil {
      let source = SourceActions(document, context.client.capabilities)
      if isWanted(SourceActions.organizeImports) { actions += source.organized }
      if isWanted("refactor.rewrite") { actions += source.opsetRaises(at: range) }
      if isWanted("refactor.extract") || isWanted("refactor.inline") || isWanted("refactor.rewrite") {
        actions += RefactoringActions(document, range, context.client.capabilities).listed(isWanted)
      }
      if isWanted(ModelPruning.kind) { actions += PruningOffer.actions(in: range, document, context) }
      if isWanted(ModelQuantization.kind) { actions += ModelQuantization.actions(in: range, document, context) }
    }
    if isWanted(SourceActions.fixAll) { actions += SourceActions(document, context.client.capabilities).fixed }
    if isWanted(CheckpointModel.kind) { actions += CheckpointModel.actions(in: range, document, context) }
    if isWanted(exportKind) { actions += exports(document, context, isAutomatic: isAutomatic && only == nil) }
    return .array(actions)
  }

  /// The fixes of the diagnostics that touch a range, each of which was tried on the whole text.
  ///
  /// - Parameter isAutomatic: whether nobody asked for a list; few are tried then.
  private static func quickFixes(
    in range: Range<Int>, _ document: Document, _ context: RequestContext, isAutomatic: Bool
  ) -> [JSONValue] {
    let capabilities = context.client.capabilities
    let translator = DiagnosticTranslator(document, capabilities)
    let trial = FixTrial(document.file, document.proof)
    var actions: [JSONValue] = []
    for diagnostic in document.diagnostics where diagnostic.place.file == document.file.number {
      let place = diagnostic.place.range
      guard place.lowerBound <= range.upperBound, range.lowerBound <= place.upperBound else { continue }
      let attempts = isAutomatic ? automaticAttempts : .max
      let fixes = trial.proven(diagnostic.fixes, of: diagnostic, attempts: attempts)
      var others = IgnoreComments.fix(for: diagnostic, in: document.file.tree).map { [$0] } ?? []
      if !isAutomatic {
        others += trial.proven(document.view.reconciliations(of: diagnostic), of: diagnostic)
      }
      for (index, fix) in (fixes + others).enumerated() {
        let edit = TextEdits.workspaceEdit(fix.edits, in: document, capabilities)
        guard capabilities.takesCodeActionLiterals else {
          let arguments: JSONValue = [edit]
          actions.append(
            ["title": .string(fix.title), "command": .string(ExecuteCommandRequest.applyEdit), "arguments": arguments])
          continue
        }
        actions.append([
          "title": .string(fix.title),
          "kind": "quickfix",
          "diagnostics": [translator.json(of: diagnostic)],
          "isPreferred": .bool(index == 0 && !fixes.isEmpty),
          "edit": edit,
        ])
      }
    }
    return actions
  }

  /// - Parameter isAutomatic: whether nobody asked for a list; what is not possible is left out then.
  private static func exports(_ document: Document, _ context: RequestContext, isAutomatic: Bool) -> [JSONValue] {
    func title(_ model: Declaration) -> String { "Export \(model.name) to ONNX" }
    if document.live.diagnostics.contains(where: { $0.severity == .error }) {
      guard !isAutomatic else { return [] }
      return document.view.analysis.elaborations.flatMap { elaboration in
        CompressionAction.disabled(title(elaboration.declaration), exportKind, elaboration, document, context)
          ?? [export(elaboration.declaration, title(elaboration.declaration), document, context)]
      }
    }
    return document.live.steady.analysis.program.models.map { export($0, title($0), document, context) }
  }

  private static func export(
    _ model: Declaration, _ title: String, _ document: Document, _ context: RequestContext
  ) -> JSONValue {
    let command: JSONValue = [
      "title": .string(title),
      "command": .string(ExecuteCommandRequest.export),
      "arguments": [["uri": .string(document.uri.text), "model": .string(model.name)]],
    ]
    guard context.client.capabilities.takesCodeActionLiterals else { return command }
    return ["title": .string(title), "kind": .string(exportKind), "command": command]
  }
}
