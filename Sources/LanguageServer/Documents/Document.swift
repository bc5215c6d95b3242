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
  /// As the client counts; the nearest of the protocol's integers, which have 32 bits.
  let version: Int
  let text: [UInt8]
  let positions: TextPositions
  /// The texts of open documents by their paths, which win over files.
  let overlay: [String: [UInt8]]
  /// The levels of warnings and hints that the user sets; the project's win.
  let lint: LintLevels
  /// The number by which places in this text are known: each version has its own.
  let number: UInt32
  private let lineage: Lineage
  private let cachedFile = Mutex<SourceFile?>(nil)
  private let cachedLive = Mutex<(view: LiveView, files: FileStamps)?>(nil)
  private let isSettled = Atomic(false)

  /// What is known of earlier versions.
  private struct Lineage {
    /// The last tree, and the one edit that made this text of its.
    var tree: SyntaxTree?
    var edit: (range: Range<Int>, count: Int)?
    /// The last analysis, and how this text differs from its.
    var steady: EditorView?
    var changes = TextChanges()
    /// The files around the text as that analysis found them.
    var files: FileStamps?
  }

  /// A document without a past.
  convenience init(
    uri: DocumentURI, version: Int, text: [UInt8], encoding: PositionEncoding, overlay: [String: [UInt8]],
    lint: LintLevels
  ) {
    self.init(
      uri: uri, version: version, text: text, positions: TextPositions(text, encoding), overlay: overlay, lint: lint,
      lineage: Lineage())
  }

  private init(
    uri: DocumentURI, version: Int, text: [UInt8], positions: TextPositions, overlay: [String: [UInt8]],
    lint: LintLevels, lineage: Lineage
  ) {
    self.uri = uri
    self.version = Int(Int32(clamping: version))
    self.text = text
    self.positions = positions
    self.overlay = overlay
    self.lint = lint
    self.lineage = lineage
    number = Self.nextNumber.wrappingAdd(1, ordering: .relaxed).newValue % (1 << 24) + Self.firstNumber
  }

  private static let nextNumber = Atomic<UInt32>(0)
  /// Those below are imported files'.
  private static let firstNumber: UInt32 = 1 << 16

  /// The path of the file; of a document that is none, its URI.
  var path: String { uri.path ?? uri.text }

  /// The parsed text.
  var file: SourceFile {
    cachedFile.withLock { cached in
      if let cached { return cached }
      let file: SourceFile
      if let tree = lineage.tree, let edit = lineage.edit {
        file = SourceFile(path: path, tree.reparsed(text, replacing: edit.range, with: edit.count, file: number))
      } else {
        file = SourceFile(path: path, source: text, number: number)
      }
      cached = file
      return file
    }
  }

  /// The analysed text, with what a mistake hides as it was before.
  var live: LiveView {
    let file = file
    return cachedLive.withLock { cached in
      if let cached { return cached.view }
      let (path, overlay, lint) = (path, overlay, lint)
      let analyse: LiveView.Analyser = { Self.analyse($0, at: path, overlay, lint) }
      let steady = lineage.steady.flatMap { isCurrent($0) ? $0 : nil }
      let live =
        steady.map { LiveView(file, after: $0, lineage.changes, analyse: analyse) } ?? LiveView(file, analyse: analyse)
      if let files = lineage.files, live.steady.file.number == steady?.file.number {
        cached = (live, files)
      } else {
        cached = (live, FileStamps(live.steady.analysis, at: path))
      }
      return live
    }
  }

  /// Whether the files around the text are still those that an earlier analysis found.
  private func isCurrent(_ steady: EditorView) -> Bool {
    lineage.files == FileStamps(steady.analysis, at: path)
      && !steady.analysis.diagnostics.contains { $0.identifier == "unreadable-import" }
  }

  /// Whether a file around the text was written since the analysis found it; `false` where there is no analysis yet.
  var isOutdated: Bool {
    guard let live = cachedLive.withLockIfAvailable({ $0 }) ?? nil else { return false }
    return live.files != FileStamps(live.view.steady.analysis, at: path)
  }

  /// What is wrong with the text: while somebody types as `LiveView.diagnostics`, then as `settledDiagnostics`.
  var diagnostics: [Diagnostic] {
    isSettled.load(ordering: .relaxed) ? live.settledDiagnostics : live.diagnostics
  }

  /// Notes that the typing has ended; `true` where other diagnostics are told from now on.
  func settle() -> Bool {
    isSettled.store(true, ordering: .relaxed)
    return Set(live.settledDiagnostics) != Set(live.diagnostics)
  }

  /// The analysis of this very text.
  var view: EditorView { live.whole }

  /// Whether an analysis of the document read a file, or may read it: one that is not finished yet.
  func mayHaveRead(_ path: String) -> Bool {
    let steady = cachedLive.withLockIfAvailable { $0?.view.steady } ?? lineage.steady
    if let steady { return steady.analysis.program.files.contains { $0.path == path } }
    return file.tree.root.children.contains { $0.kind == .importDeclaration && $0.child(.string) != nil }
  }

  /// Analyses other texts of the document as exporting does.
  var proof: RefactoringProof {
    let (path, overlay, lint) = (path, overlay, lint)
    return RefactoringProof { file, texts in
      let files = ProgramFiles(SourceFile(path: path, file.tree), overlay: overlay.merging(texts) { $1 })
      return Analysis(files.program, project: Self.project(of: files, lint), opener: files.weightsOpener)
    }
  }

  private static func analyse(
    _ file: SourceFile, at path: String, _ overlay: [String: [UInt8]], _ lint: LintLevels
  ) -> EditorView {
    let files = ProgramFiles(file, overlay: overlay)
    let project = project(of: files, lint)
    var options = ElaborationOptions()
    options.observes = true
    options.adoptsFile = false
    return EditorView(Analysis(files.program, project: project, given: options, opener: files.weightsOpener))
  }

  /// The project around the text, with the user's own levels where it sets none.
  private static func project(of files: ProgramFiles, _ lint: LintLevels) -> Project {
    var project = files.project?.project ?? Project()
    project.lint.levels.merge(lint.levels) { ofProject, _ in ofProject }
    return project
  }

  /// The document with changes applied in order.
  func changed(
    _ changes: [JSONValue], version: Int, overlay: [String: [UInt8]]
  ) throws(ResponseError) -> Document {
    var text = text
    var positions = positions
    var lineage = descent
    for change in changes {
      guard let replacement = change["text"]?.stringValue else {
        throw ResponseError(.invalidParams, "a change needs `text`")
      }
      var new = Array(replacement.utf8)[...]
      var edited = 0..<text.count
      if let range = change["range"], range != .null {
        edited = positions.offsets(of: try TextRange(range))
      } else {
        // The whole text again: most of it is the same.
        let same = zip(text, new).prefix { $0 == $1 }.count
        let sameAtEnd = zip(text[same...].reversed(), new[same...].reversed()).prefix { $0 == $1 }.count
        edited = same..<(text.count - sameAtEnd)
        new = new[same..<(new.count - sameAtEnd)]
      }
      text.replaceSubrange(edited, with: new)
      lineage.changes.replace(edited, with: new.count)
      lineage.edit = changes.count == 1 ? (edited, new.count) : nil
      positions = positions.replacing(edited, with: new.count, in: text)
    }
    return Document(
      uri: uri, version: version, text: text, positions: positions, overlay: overlay, lint: lint, lineage: lineage)
  }

  /// What the next version knows of this one and of those before, without waiting for an analysis that is under way.
  private var descent: Lineage {
    var lineage = lineage
    lineage.tree = cachedFile.withLockIfAvailable { $0?.tree } ?? nil
    // The edit that made this text is none of the next one's.
    lineage.edit = nil
    if let live = cachedLive.withLockIfAvailable({ $0 }) ?? nil {
      let basis = live.view.basis
      // The files of an earlier text are those that it was analysed with.
      if basis.steady.file.number == live.view.steady.file.number { lineage.files = live.files }
      lineage.steady = basis.steady
      lineage.changes = basis.changes
    }
    return lineage
  }

  /// A place as the protocol locates it: in this document, a file or the standard library.
  func location(of place: Place) -> JSONValue? {
    if place.file == number {
      return ["uri": .string(uri.text), "range": positions.range(of: place.range).json]
    }
    let sources = live.steady.analysis.program.files + Library.files
    guard let source = sources.first(where: { $0.number == place.file }) else { return nil }
    let uri = source.isLibrary ? LibraryFiles.uri(of: source) : DocumentURI(path: source.path)
    guard let uri else { return nil }
    let positions = TextPositions(source.tree.source, encoding)
    return ["uri": .string(uri.text), "range": positions.range(of: place.range).json]
  }

  private var encoding: PositionEncoding { positions.encoding }
}
