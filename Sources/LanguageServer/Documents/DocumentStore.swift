import Synchronization

/// The open documents, by what their URIs mean.
struct DocumentStore {
  /// The texts of the language.
  private(set) var all: [String: Document] = [:]
  private(set) var projects: [String: Document] = [:]
  /// What requests that are under way may look at.
  let current = CurrentVersions()

  subscript(uri: DocumentURI) -> Document? { (uri.isProject ? projects : all)[uri.key] }

  mutating func put(_ document: Document) {
    if document.uri.isProject { projects[document.uri.key] = document } else { all[document.uri.key] = document }
    current.set(document.version, of: document.uri)
  }

  mutating func remove(_ uri: DocumentURI) -> Document? {
    current.set(nil, of: uri)
    return uri.isProject ? projects.removeValue(forKey: uri.key) : all.removeValue(forKey: uri.key)
  }

  /// The texts of the documents that are files, by their paths.
  var overlay: [String: [UInt8]] { all.mapValues(\.text) }
}

/// The versions that open documents have by now.
final class CurrentVersions: Sendable {
  private let versions = Mutex<[String: Int]>([:])

  fileprivate func set(_ version: Int?, of uri: DocumentURI) { versions.withLock { $0[uri.key] = version } }

  /// Whether a document is open, and has no other text since.
  func has(_ document: Document) -> Bool { versions.withLock { $0[document.uri.key] } == document.version }
}
