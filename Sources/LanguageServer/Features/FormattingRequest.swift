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
  /// A change with the line ends of the document.
  static func json(of edit: Fix.Edit, in document: Document) -> JSONValue {
    let text = LineEnd(of: document.text).applied(to: edit.replacement)
    return ["range": document.positions.range(of: edit.place.range).json, "newText": .string(text)]
  }

  /// What changes in a document.
  struct Change {
    var document: Document
    /// The version that the edits are for; `nil` for a file that is not open.
    var version: Int?
    var edits: [Fix.Edit]

    init(_ document: Document, _ edits: [Fix.Edit]) {
      (self.document, version, self.edits) = (document, document.version, edits)
    }

    init(closed document: Document, _ edits: [Fix.Edit]) {
      (self.document, self.edits) = (document, edits)
    }

    fileprivate var json: JSONValue { .array(edits.map { TextEdits.json(of: $0, in: document) }) }

    /// As a `TextDocumentEdit`.
    ///
    /// - Parameter annotation: the identifier of what the user confirms with an edit.
    fileprivate func json(_ annotation: (Fix.Edit) -> String? = { _ in nil }) -> JSONValue {
      let edits = edits.map { edit -> JSONValue in
        var json = TextEdits.json(of: edit, in: document).objectValue ?? JSONObject()
        if let id = annotation(edit) { json["annotationId"] = .string(id) }
        return .object(json)
      }
      let version = version.map { JSONValue.integer(Int64($0)) } ?? .null
      return ["textDocument": ["uri": .string(document.uri.text), "version": version], "edits": .array(edits)]
    }
  }

  /// A `WorkspaceEdit` of one document, bound to its version where the client understands that.
  static func workspaceEdit(_ edits: [Fix.Edit], in document: Document, _ client: ClientCapabilities) -> JSONValue {
    workspaceEdit([Change(document, edits)], client)
  }

  static func workspaceEdit(_ changes: [Change], _ client: ClientCapabilities) -> JSONValue {
    guard client.takesDocumentChanges else {
      var texts: JSONObject = [:]
      for change in changes { texts[change.document.uri.text] = change.json }
      return ["changes": .object(texts)]
    }
    return ["documentChanges": .array(changes.map { $0.json() })]
  }

  /// What is told with an edit that the user is to confirm.
  struct Annotation {
    /// Edits of one annotation are confirmed together.
    var id: String
    var label: String
    var description: String
  }

  /// A `WorkspaceEdit` of one document whose edits the user confirms, where the client has a way to show that.
  static func workspaceEdit(
    _ edits: [Fix.Edit], in document: Document, _ client: ClientCapabilities,
    confirmed annotation: (_ edit: Fix.Edit) -> Annotation
  ) -> JSONValue {
    workspaceEdit([Change(document, edits)], client, confirmed: annotation)
  }

  static func workspaceEdit(
    _ changes: [Change], _ client: ClientCapabilities, confirmed annotation: (_ edit: Fix.Edit) -> Annotation
  ) -> JSONValue {
    guard client.takesChangeAnnotations, client.takesDocumentChanges else { return workspaceEdit(changes, client) }
    var annotations = JSONObject()
    let edits = changes.map { change in
      change.json { edit in
        let annotation = annotation(edit)
        annotations[annotation.id] = [
          "label": .string(annotation.label), "needsConfirmation": true,
          "description": .string(annotation.description),
        ]
        return annotation.id
      }
    }
    return ["documentChanges": .array(edits), "changeAnnotations": .object(annotations)]
  }
}
