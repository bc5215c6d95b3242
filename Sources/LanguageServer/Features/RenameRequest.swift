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
    guard let thing = document.view.namedThing(at: offset),
      let name = thing.occurrences.first(where: { $0.range.lowerBound <= offset && offset <= $0.range.upperBound })
    else { return .null }
    return [
      "range": document.positions.range(of: name.range).json,
      "placeholder": .string(Dimension.spelling(ofName: thing.name)),
    ]
  }

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let name = context.parameters["newName"]?.stringValue else {
      throw ResponseError(.invalidParams, "a renaming needs `newName`")
    }
    do {
      let renaming = try document.view.renaming(
        at: try context.offset(in: document), to: name, proof: document.proof)
      return edit(renaming, to: name, in: document, context.client)
    } catch let problem as RenamingProblem {
      throw ResponseError(.requestFailed, problem.message)
    }
  }

  /// The edits; where more than the text is to change, the user is asked first, or at least told.
  private static func edit(
    _ renaming: Renaming, to name: String, in document: Document, _ client: Client
  ) -> JSONValue {
    guard let change = renaming.change else {
      return TextEdits.workspaceEdit(renaming.edits, in: document, client.capabilities)
    }
    if !client.capabilities.takesChangeAnnotations || !client.capabilities.takesDocumentChanges {
      client.show(.warning, "With the name `\(name)`, \(change).")
    }
    return TextEdits.workspaceEdit(renaming.edits, in: document, client.capabilities) { _ in
      TextEdits.Annotation(id: "rename", label: "Rename to `\(name)`, \(renaming.remark)", description: change)
    }
  }
}
