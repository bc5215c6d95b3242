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
    let parts = document.file.tree.partLinks.compactMap { link in
      Library.files(ofPart: link.path).first.flatMap(LibraryFiles.uri).map {
        json(of: link, target: $0, tooltip: link.path, document)
      }
    }
    guard document.uri.path != nil else { return .array(parts) }
    let folder = ImportedFiles.folder(of: document.path)
    return .array(
      parts
        + document.file.tree.fileLinks.compactMap { link in
          let path = link.path.hasPrefix("/") ? link.path : folder + link.path
          guard !path.utf8.contains(0), access(path, F_OK) == 0 else { return nil }
          return json(of: link, target: DocumentURI(path: path), tooltip: path, document)
        })
  }

  private static func json(
    of link: FileLink, target: DocumentURI, tooltip: String, _ document: Document
  ) -> JSONValue {
    [
      "range": document.positions.range(of: link.place.range).json, "target": .string(target.text),
      "tooltip": .string(tooltip),
    ]
  }
}
