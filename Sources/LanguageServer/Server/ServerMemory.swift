import Synchronization

/// What the server remembers between requests, documents apart.
final class ServerMemory: Sendable {
  let version: String
  let timings = RequestTimings()
  let tokens = SentTokens()
  let closedFiles = ClosedFiles()
  let closedSymbols = ClosedSymbols()
  let models = DrawnModels()
  let instances = ChosenInstances()

  init(version: String) {
    self.version = version
  }
}

/// The semantic tokens that a client was sent last for each document, as the protocol writes them.
final class SentTokens: Sendable {
  private let sent = Mutex<[DocumentURI: (id: String, data: [Int32])]>([:])

  func keep(_ data: [Int32], of document: Document) {
    sent.withLock { $0[document.uri] = ("\(document.number)", data) }
  }

  /// The tokens that were sent under an identifier; `nil` where others were sent since.
  func data(_ id: String, of document: Document) -> [Int32]? {
    sent.withLock { $0[document.uri] }.flatMap { $0.id == id ? $0.data : nil }
  }

  func forget(_ document: Document) { _ = sent.withLock { $0.removeValue(forKey: document.uri) } }
}
