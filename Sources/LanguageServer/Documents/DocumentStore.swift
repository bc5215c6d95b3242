/// The open documents, by what their URIs mean.
struct DocumentStore {
  private(set) var all: [String: Document] = [:]

  subscript(uri: DocumentURI) -> Document? { all[uri.key] }

  mutating func put(_ document: Document) { all[document.uri.key] = document }

  mutating func remove(_ uri: DocumentURI) -> Document? { all.removeValue(forKey: uri.key) }

  /// The texts of the documents that are files, by their paths.
  var overlay: [String: [UInt8]] { all.mapValues(\.text) }
}
