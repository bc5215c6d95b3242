import Authoring
import JSON
import Syntax

/// `textDocument/prepareRename` and `textDocument/rename`.
enum RenameRequest {
  /// The name at a place, where it can be changed.
  @Sendable static func prepare(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let offset = try context.offset(in: document)
    guard let thing = document.view.namedThing(at: offset),
      let name = thing.occurrences.first(where: { $0.range.lowerBound <= offset && offset <= $0.range.upperBound })
    else { return .null }
    return ["range": document.positions.range(of: name.range).json, "placeholder": .string(thing.name)]
  }

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let name = context.parameters["newName"]?.stringValue else {
      throw ResponseError(.invalidParams, "a renaming needs `newName`")
    }
    do {
      let edits = try document.view.renaming(
        at: try context.offset(in: document), to: name, proof: document.proof)
      return TextEdits.workspaceEdit(edits, in: document, context.client.capabilities)
    } catch let problem as RenamingProblem {
      throw ResponseError(.requestFailed, problem.message)
    }
  }
}
