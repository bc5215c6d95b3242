import Authoring
import Glibc
import JSON
import Semantics
import Syntax
import Workspace

/// `textDocument/documentLink`: the imported files and the weights files that are there, and parts of the library.
enum DocumentLinkRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let tree = document.file.tree
    var links = tree.partLinks.compactMap { link in
      Library.files(ofPart: link.path).first.flatMap(LibraryFiles.uri).map { (link, $0, link.path) }
    }
    if document.uri.path != nil {
      let folder = ImportedFiles.folder(of: document.path)
      links += tree.fileLinks.compactMap { link in
        let path = link.path.hasPrefix("/") ? link.path : folder + link.path
        guard !path.utf8.contains(0), access(path, F_OK) == 0 else { return nil }
        return (link, DocumentURI(path: path), path)
      }
    }
    return .array(
      links.sorted { $0.0.place.range.lowerBound < $1.0.place.range.lowerBound }.map { link, target, tooltip in
        [
          "range": document.positions.range(of: link.place.range).json, "target": .string(target.text),
          "tooltip": .string(tooltip),
        ]
      })
  }
}
