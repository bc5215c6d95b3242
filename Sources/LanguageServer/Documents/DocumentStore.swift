/// The open documents, by what their URIs mean.
struct DocumentStore {
  private(set) var all: [String: Document] = [:]

  /// Two spellings of a file's URI are the same document.
  private func key(_ uri: DocumentURI) -> String { uri.path ?? uri.text }

  subscript(uri: DocumentURI) -> Document? { all[key(uri)] }

  mutating func put(_ document: Document) { all[key(document.uri)] = document }

  mutating func remove(_ uri: DocumentURI) -> Document? { all.removeValue(forKey: key(uri)) }

  /// The texts of the documents that are files, by their paths.
  var overlay: [String: [UInt8]] { all.mapValues(\.text) }
}
