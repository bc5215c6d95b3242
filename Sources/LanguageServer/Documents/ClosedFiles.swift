import Authoring
import JSON
import Synchronization
import Tensors
import Workspace

/// What is wrong with files that are not open, as long as neither they nor the files around them change.
final class ClosedFiles: Sendable {
  private struct Entry {
    var stamp: FileStamp?
    var around: FileStamps
    var lint: LintLevels
    var diagnostics: [JSONValue]
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Forgets all others.
  func keepOnly(_ paths: Set<String>) {
    entries.withLock { entries in entries = entries.filter { paths.contains($0.key) } }
  }

  /// As the protocol writes them; `nil` for a file that cannot be read.
  func diagnostics(of path: String, _ context: RequestContext) -> [JSONValue]? {
    let stamp = FileStamp(path)
    if let known = entries.withLock({ $0[path] }), known.stamp == stamp, known.lint == context.settings.lint,
      known.around.isCurrent, known.around.paths.isDisjoint(with: context.documents.keys)
    {
      return known.diagnostics
    }
    guard let document = context.closedDocument(path) else { return nil }
    let diagnostics = DiagnosticTranslator(document, context.client.capabilities).all
    let around = FileStamps(document.view.analysis, at: path)
    let entry = Entry(stamp: stamp, around: around, lint: context.settings.lint, diagnostics: diagnostics)
    entries.withLock { $0[path] = entry }
    return diagnostics
  }
}

extension RequestContext {
  /// A file that is not open, as it is on disk; `nil` where it cannot be read.
  func closedDocument(_ path: String) -> Document? {
    guard let text = try? MappedFile(path: path).withBytes({ Array($0) }) else { return nil }
    return Document(
      uri: DocumentURI(path: path), version: 0, text: text, encoding: client.capabilities.encoding,
      overlay: documents.mapValues(\.text), lint: settings.lint)
  }
}
