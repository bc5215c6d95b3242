import Authoring
import Semantics
import Syntax
import Workspace

/// A text that imports another one.
struct ImportingDocument {
  var document: Document
  /// The same as what a renaming changes.
  var text: ImportingText
}

// The texts of the workspace: the open documents, and the files of the open folders as they are on disk.

extension RequestContext {
  /// The open documents by their URIs.
  var openTexts: [Document] { documents.values.sorted { $0.uri.text < $1.uri.text } }

  /// The paths of the other files, in order.
  var closedPaths: [String] {
    let open = Set(documents.keys.map(ImportedFiles.known))
    return folders.files.filter { documents[$0] == nil && !open.contains(ImportedFiles.known($0)) }
  }

  /// The open documents, then the other files.
  func forEachText(_ visit: (Document) throws -> Void) throws {
    for document in openTexts {
      try Task<Never, Never>.checkCancellation()
      try visit(document)
    }
    for path in closedPaths {
      try Task<Never, Never>.checkCancellation()
      if let document = closedDocument(path) { try visit(document) }
    }
  }

  /// The text of a file, where it is open or in one of the open folders.
  ///
  /// - Parameter path: as an import finds it.
  func text(at path: String) -> Document? {
    if let open = documents.first(where: { ImportedFiles.known($0.key) == path }) { return open.value }
    return folders.files.first { ImportedFiles.known($0) == path }.flatMap(closedDocument)
  }

  /// The texts that import a file, but for its own.
  func importers(of path: String) throws -> [ImportingDocument] {
    let path = ImportedFiles.known(path)
    var found: [ImportingDocument] = []
    try forEachText { document in
      guard document.imports(path), ImportedFiles.known(document.path) != path else { return }
      let text = ImportingText(document.view, importing: path, proof: document.proof)
      found.append(ImportingDocument(document: document, text: text))
    }
    return found
  }

  /// What changes in a text of the workspace.
  func change(of document: Document, _ edits: [Fix.Edit]) -> TextEdits.Change {
    documents[document.uri.key] == nil
      ? TextEdits.Change(closed: document, edits) : TextEdits.Change(document, edits)
  }
}

extension Document {
  /// Whether the text says that it imports a file.
  fileprivate func imports(_ path: String) -> Bool {
    guard uri.path != nil else { return false }
    let folder = ImportedFiles.folder(of: self.path)
    return file.tree.root.children.contains { child in
      guard child.kind == .importDeclaration, let name = child.child(.string)?.stringValue else { return false }
      return ImportedFiles.known(name.hasPrefix("/") ? name : folder + name) == path
    }
  }
}
