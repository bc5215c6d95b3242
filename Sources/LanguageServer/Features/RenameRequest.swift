import Authoring
import JSON
import Syntax
import Tensors

/// `textDocument/prepareRename` and `textDocument/rename`.
enum RenameRequest {
  /// The name at a place, where it can be changed.
  @Sendable static func prepare(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let offset = try context.offset(in: document)
    guard let (name, occurrence) = try subject(at: offset, in: document, context) else { return .null }
    return [
      "range": document.positions.range(of: occurrence.range).json,
      "placeholder": .string(Dimension.spelling(ofName: name.thing.name)),
    ]
  }

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let newName = context.parameters["newName"]?.stringValue else {
      throw ResponseError(.invalidParams, "a renaming needs `newName`")
    }
    do {
      guard let (name, _) = try subject(at: try context.offset(in: document), in: document, context) else {
        throw ResponseError(.requestFailed, "there is no name of this file here that could be another")
      }
      let importers = name.isShared ? try context.importers(of: name.document.path) : []
      let renaming = try name.document.view.renaming(
        name.thing, to: newName, proof: name.document.proof, importers: importers.map(\.text))
      var changes = [context.change(of: name.document, renaming.edits)]
      for (importer, edits) in zip(importers, renaming.others) where !edits.isEmpty {
        changes.append(context.change(of: importer.document, edits))
      }
      return edit(changes, renaming, to: newName, context.client)
    } catch let problem as RenamingProblem {
      throw ResponseError(.requestFailed, problem.message)
    }
  }

  /// What gets another name, and the text that declares it.
  private typealias Subject = (document: Document, thing: NamedThing, isShared: Bool)

  /// What a name means that can be another, with its place; `nil` where there is none, or where it is the library's.
  ///
  /// - Throws: where a file declares it that is not the user's to change.
  private static func subject(
    at offset: Int, in document: Document, _ context: RequestContext
  ) throws -> (Subject, occurrence: Syntax)? {
    func isAtCursor(_ name: Syntax) -> Bool { name.range.lowerBound <= offset && offset <= name.range.upperBound }
    let view = document.view
    let shared = view.sharedName(at: offset)
    if let thing = view.namedThing(at: offset) {
      return thing.occurrences.first(where: isAtCursor).map { ((document, thing, shared != nil), $0) }
    }
    guard let shared, !shared.isLibrary,
      let occurrence = view.occurrences(of: shared, declaredAt: shared.path).first(where: isAtCursor)
    else { return nil }
    guard let declaring = context.text(at: shared.path) else {
      throw ResponseError(
        .requestFailed,
        "`\(shared.parameter ?? shared.declaration)` is declared in \(shared.path), outside of the folders that are open"
      )
    }
    return declaring.view.namedThing(of: shared).map { ((declaring, $0, true), occurrence) }
  }

  /// The edits; where more than the texts is to change, the user is asked first, or at least told.
  private static func edit(
    _ changes: [TextEdits.Change], _ renaming: Renaming, to name: String, _ client: Client
  ) -> JSONValue {
    guard let change = renaming.change else { return TextEdits.workspaceEdit(changes, client.capabilities) }
    if !client.capabilities.takesChangeAnnotations || !client.capabilities.takesDocumentChanges {
      client.show(.warning, "With the name `\(name)`, \(change).")
    }
    return TextEdits.workspaceEdit(changes, client.capabilities) { _ in
      TextEdits.Annotation(id: "rename", label: "Rename to `\(name)`, \(renaming.remark)", description: change)
    }
  }
}
