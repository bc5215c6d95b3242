import Authoring
import JSON
import Semantics
import Syntax

/// The code actions of a whole file: all safe fixes, the order of `use` lines, a newer operator set.
struct SourceActions {
  static let fixAll = "source.fixAll"
  static let organizeImports = "source.organizeImports"

  private let document: Document
  private let client: ClientCapabilities

  init(_ document: Document, _ client: ClientCapabilities) {
    self.document = document
    self.client = client
  }

  var fixed: [JSONValue] { action("Fix all that can be safely fixed", Self.fixAll, document.live.safeFixes) }

  var organized: [JSONValue] {
    guard document.file.tree.diagnostics.isEmpty else { return [] }
    return action(
      "Sort use and import lines", Self.organizeImports, document.view.sortedUses(proof: document.proof))
  }

  /// A newer operator set, where the cursor is on `use onnx`; one that changes operators is shown with their names to clients
  /// that show what is not possible.
  func opsetRaises(at range: Range<Int>) -> [JSONValue] {
    guard document.file.tree.diagnostics.isEmpty else { return [] }
    return document.view.opsetRaises(at: range, proof: document.proof).flatMap { raise -> [JSONValue] in
      guard raise.edits.isEmpty else { return action(raise.title, "refactor.rewrite", raise.edits) }
      guard client.takesDisabledCodeActions else { return [] }
      let reason =
        raise.changed.isEmpty
        ? "the library writes other graphs for it, or the text has an error then"
        : "\(raise.changed.joined(separator: ", ")) \(raise.changed.count == 1 ? "has" : "have") another definition there"
      return [
        ["title": .string(raise.title), "kind": "refactor.rewrite", "disabled": ["reason": .string(reason)]]
      ]
    }
  }

  /// The action that makes some edits; none without edits.
  private func action(_ title: String, _ kind: String, _ edits: [Fix.Edit]) -> [JSONValue] {
    guard !edits.isEmpty else { return [] }
    let edit = TextEdits.workspaceEdit(edits, in: document, client)
    guard client.takesCodeActionLiterals else {
      let arguments: JSONValue = [edit]
      return [
        ["title": .string(title), "command": .string(ExecuteCommandRequest.applyEdit), "arguments": arguments]
      ]
    }
    return [["title": .string(title), "kind": .string(kind), "edit": edit]]
  }
}
