import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/formatting` and `textDocument/rangeFormatting`: the least edits that give the one layout.
enum FormattingRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    return edits(document.file.tree.formatted().edits, in: document)
  }

  @Sendable static func answerRange(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let range = try context.range(in: document)
    return edits(document.file.tree.formatted().edits(in: range), in: document)
  }

  private static func edits(_ edits: [Fix.Edit], in document: Document) -> JSONValue {
    .array(edits.map { TextEdits.json(of: $0, in: document) })
  }
}

/// Changes of text as the protocol writes them.
enum TextEdits {
  static func json(of edit: Fix.Edit, in document: Document) -> JSONValue {
    ["range": document.positions.range(of: edit.place.range).json, "newText": .string(edit.replacement)]
  }

  /// A `WorkspaceEdit` of one document, bound to its version where the client understands that.
  static func workspaceEdit(_ edits: [Fix.Edit], in document: Document, _ client: ClientCapabilities) -> JSONValue {
    let changes = JSONValue.array(edits.map { json(of: $0, in: document) })
    guard client.takesDocumentChanges else {
      return ["changes": .object([document.uri.text: changes])]
    }
    return [
      "documentChanges": [
        [
          "textDocument": ["uri": .string(document.uri.text), "version": .integer(Int64(document.version))],
          "edits": changes,
        ]
      ]
    ]
  }
}
