import Authoring
import Glibc
import JSON
import Semantics
import Syntax
import Workspace

/// `textDocument/documentLink`: the imported files and the weights files that are there.
enum DocumentLinkRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard document.uri.path != nil else { return [] }
    let folder = ImportedFiles.folder(of: document.path)
    return .array(
      document.file.tree.fileLinks.compactMap { link in
        let path = link.path.hasPrefix("/") ? link.path : folder + link.path
        guard !path.utf8.contains(0), access(path, F_OK) == 0 else { return nil }
        return [
          "range": document.positions.range(of: link.place.range).json,
          "target": .string(DocumentURI(path: path).text),
          "tooltip": .string(path),
        ]
      })
  }
}
