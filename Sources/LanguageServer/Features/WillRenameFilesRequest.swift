import Authoring
import JSON
import Semantics
import Syntax
import Workspace

/// `workspace/willRenameFiles`: imports and weights go on naming the files that they name.
enum WillRenameFilesRequest {
  /// The files that texts name, and folders.
  static let filters: JSONValue = [
    [
      "scheme": "file",
      "pattern": ["glob": "**/*.{mica,onnx,safetensors,npz,npy,pt,pth,bin,ckpt,gguf,json}", "matches": "file"],
    ],
    ["scheme": "file", "pattern": ["glob": "**", "matches": "folder"]],
  ]

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    guard let files = context.parameters["files"]?.arrayValue else {
      throw ResponseError(.invalidParams, "a renaming of files needs `files`")
    }
    let moved = MovedFiles(
      files.compactMap { file in
        guard let old = file["oldUri"]?.stringValue.flatMap({ DocumentURI($0).path }),
          let new = file["newUri"]?.stringValue.flatMap({ DocumentURI($0).path })
        else { return nil }
        return (old, new)
      })
    var changes: [TextEdits.Change] = []
    try context.forEachText { document in
      guard let path = document.uri.path else { return }
      changes.append(context.change(of: document, moved.edits(in: document.file.tree, at: path)))
    }
    changes.removeAll { $0.edits.isEmpty }
    return changes.isEmpty ? .null : TextEdits.workspaceEdit(changes, context.client.capabilities)
  }
}
