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
        actions += try RefactoringActions(document, range, context).listed(isWanted)
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
    let offered = offered(in: range, document) { diagnostic in
      let attempts = isAutomatic ? automaticAttempts : .max
      let fixes = trial.proven(diagnostic.fixes, of: diagnostic, attempts: attempts)
      var others = IgnoreComments.fix(for: diagnostic, in: document.file.tree).map { [$0] } ?? []
      if !isAutomatic {
        others += trial.proven(document.view.reconciliations(of: diagnostic), of: diagnostic, limit: 4)
      }
      return (fixes, others)
    }
    return offered.map { offer in
      let edit = TextEdits.workspaceEdit(offer.fix.edits, in: document, capabilities)
      guard capabilities.takesCodeActionLiterals else {
        let arguments: JSONValue = [edit]
        return [
          "title": .string(offer.title), "command": .string(ExecuteCommandRequest.applyEdit), "arguments": arguments,
        ]
      }
      return [
        "title": .string(offer.title),
        "kind": "quickfix",
        "diagnostics": .array(offer.diagnostics.map(translator.json)),
        "isPreferred": .bool(offer.isPreferred),
        "edit": edit,
      ]
    }
  }

  /// A fix, and all that it mends.
  private struct OfferedFix {
    var title: String
    var fix: Fix
    var diagnostics: [Diagnostic]
    /// Whether it is the first one of what it mends.
    var isPreferred: Bool
  }

  /// The fixes of the diagnostics that touch a range, each once; those that are called the same are told apart by their places.
  ///
  /// - Parameter fixes: those of a diagnostic, the first of which is to be preferred, and others.
  private static func offered(
    in range: Range<Int>, _ document: Document, _ fixes: (Diagnostic) -> (first: [Fix], others: [Fix])
  ) -> [OfferedFix] {
    var offered: [OfferedFix] = []
    for diagnostic in document.diagnostics where diagnostic.place.file == document.file.number {
      let place = diagnostic.place.range
      guard place.lowerBound <= range.upperBound, range.lowerBound <= place.upperBound else { continue }
      let (first, others) = fixes(diagnostic)
      for (number, fix) in (first + others).enumerated() {
        let isPreferred = number == 0 && !first.isEmpty
        if let index = offered.firstIndex(where: { $0.fix == fix }) {
          if !offered[index].diagnostics.contains(diagnostic) { offered[index].diagnostics.append(diagnostic) }
          offered[index].isPreferred = offered[index].isPreferred || isPreferred
        } else {
          offered.append(
            OfferedFix(title: fix.title, fix: fix, diagnostics: [diagnostic], isPreferred: isPreferred))
        }
      }
    }
    let counts = Dictionary(offered.map { ($0.title, 1) }, uniquingKeysWith: +)
    for index in offered.indices where counts[offered[index].title] ?? 0 > 1 {
      let place = document.positions.position(of: offered[index].fix.edits.first?.place.range.lowerBound ?? 0)
      offered[index].title += " in line \(place.line + 1), column \(place.character + 1)"
    }
    return offered
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
