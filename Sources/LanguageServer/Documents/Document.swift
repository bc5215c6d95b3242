import Authoring
import JSON
import Semantics
import Synchronization
import Syntax
import Tensors
import Workspace

/// An open document at one version; never changes.
///
/// Tree and analysis are made when somebody asks for them, once.
final class Document: Sendable {
  let uri: DocumentURI
  let version: Int
  let text: [UInt8]
  let positions: TextPositions
  /// The texts of open documents by their paths, which win over files.
  let overlay: [String: [UInt8]]
  private let cachedFile = Mutex<SourceFile?>(nil)
  private let cachedView = Mutex<EditorView?>(nil)

  init(uri: DocumentURI, version: Int, text: [UInt8], encoding: PositionEncoding, overlay: [String: [UInt8]]) {
    self.uri = uri
    self.version = version
    self.text = text
    self.overlay = overlay
    positions = TextPositions(text, encoding)
  }

  /// The path of the file; of a document that is none, its URI.
  var path: String { uri.path ?? uri.text }

  /// The parsed text.
  var file: SourceFile {
    cachedFile.withLock { cached in
      if let cached { return cached }
      let file = SourceFile(path: path, source: text, number: 0)
      cached = file
      return file
    }
  }

  /// The analysed text.
  var view: EditorView {
    let file = file
    return cachedView.withLock { cached in
      if let cached { return cached }
      let view = analyse(file)
      cached = view
      return view
    }
  }

  /// The analysis where somebody has made it already.
  var readyView: EditorView? { cachedView.withLock { $0 } }

  private func analyse(_ file: SourceFile) -> EditorView {
    let files = ProgramFiles(file, overlay: overlay)
    var options = ElaborationOptions()
    options.observes = true
    return EditorView(
      Analysis(
        files.program, project: files.project?.project ?? Project(), given: options, opener: files.weightsOpener))
  }

  /// The document with changes applied in order.
  func changed(
    _ changes: [JSONValue], version: Int, encoding: PositionEncoding, overlay: [String: [UInt8]]
  ) throws(ResponseError) -> Document {
    var text = text
    var positions = positions
    for (index, change) in changes.enumerated() {
      guard let replacement = change["text"]?.stringValue else {
        throw ResponseError(.invalidParams, "a change needs `text`")
      }
      if let range = change["range"], range != .null {
        text.replaceSubrange(positions.offsets(of: try TextRange(range)), with: replacement.utf8)
      } else {
        text = Array(replacement.utf8)
      }
      if index + 1 < changes.count { positions = TextPositions(text, encoding) }
    }
    return Document(uri: uri, version: version, text: text, encoding: encoding, overlay: overlay)
  }

  /// A place as the protocol locates it: in this document, a file or the standard library.
  func location(of place: Place) -> JSONValue? {
    if place.file == file.number {
      return ["uri": .string(uri.text), "range": positions.range(of: place.range).json]
    }
    let sources = view.analysis.program.files + Library.files
    guard let source = sources.first(where: { $0.number == place.file }) else { return nil }
    let uri = source.isLibrary ? LibraryFiles.uri(of: source) : DocumentURI(path: source.path)
    guard let uri else { return nil }
    let positions = TextPositions(source.tree.source, encoding)
    return ["uri": .string(uri.text), "range": positions.range(of: place.range).json]
  }

  private var encoding: PositionEncoding { positions.encoding }
}
