import JSON
import Synchronization
import Tensors

/// The symbols of files that are not open, as long as the files do not change.
final class ClosedSymbols: Sendable {
  private struct Entry {
    var stamp: FileStamp?
    var symbols: [JSONValue]
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Forgets all others.
  func keepOnly(_ paths: Set<String>) {
    entries.withLock { entries in entries = entries.filter { paths.contains($0.key) } }
  }

  /// As the protocol writes them; none for a file that cannot be read.
  func symbols(of path: String, _ context: RequestContext) -> [JSONValue] {
    let stamp = FileStamp(path)
    if let known = entries.withLock({ $0[path] }), known.stamp == stamp { return known.symbols }
    let symbols = context.closedDocument(path).map(DocumentSymbolRequest.flat) ?? []
    entries.withLock { $0[path] = Entry(stamp: stamp, symbols: symbols) }
    return symbols
  }
}
