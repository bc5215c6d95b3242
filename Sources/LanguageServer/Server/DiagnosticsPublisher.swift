import Authoring
import JSON
import Semantics
import Synchronization
import Syntax

/// Publishes what is wrong with documents: the syntax at once where the analysis takes long, then everything, and what
/// follows from mistakes when the typing ends.
///
/// Clients that ask for diagnostics are told when to ask again, and get none otherwise.
/// Only the newest version of a document is analysed; those that came in between are not.
final class DiagnosticsPublisher: Sendable {
  private let client: Client
  private let state = Mutex(State())

  private struct State {
    /// The newest version of each open document.
    var newest: [DocumentURI: Document] = [:]
    /// The newest version of each document that is not published yet.
    var waiting: [DocumentURI: Document] = [:]
    /// The documents that somebody is working on.
    var active: Set<DocumentURI> = []
    /// What was published last that is not the parser's, by document.
    var semantic: [DocumentURI: [JSONValue]] = [:]
    var syntax: [DocumentURI: [JSONValue]] = [:]
  }

  init(_ client: Client) {
    self.client = client
  }

  /// Publishes the diagnostics of a document, soon.
  func publish(_ document: Document) {
    state.withLock { $0.newest[document.uri] = document }
    if !client.capabilities.pullsDiagnostics { enqueue(document) }
    settle(document.uri, document.number)
  }

  /// Lets whoever works on the document go on with it.
  private func enqueue(_ document: Document) {
    let starts = state.withLock { state in
      guard state.newest[document.uri] === document else { return false }
      state.waiting[document.uri] = document
      return state.active.insert(document.uri).inserted
    }
    guard starts else { return }
    Task.detached { [self] in
      while let next = takeNext(document.uri) { work(on: next) }
    }
  }

  /// Tells a client that asks for diagnostics that those of a document have changed otherwise than by an edit of it.
  func refresh() {
    guard client.capabilities.pullsDiagnostics else { return }
    let client = client
    Task.detached { _ = await client.request("workspace/diagnostic/refresh", .null) }
  }

  /// Takes back the diagnostics of a document that was closed.
  func withdraw(_ document: Document) {
    state.withLock { state in
      state.newest[document.uri] = nil
      state.waiting[document.uri] = nil
      state.semantic[document.uri] = nil
      state.syntax[document.uri] = nil
      if !client.capabilities.pullsDiagnostics { notify([], of: document, version: nil) }
    }
  }

  private func takeNext(_ uri: DocumentURI) -> Document? {
    state.withLock { state in
      let next = state.waiting.removeValue(forKey: uri)
      if next == nil { state.active.remove(uri) }
      return next
    }
  }

  /// Whether there is a newer version, or the document was closed.
  private func isStale(_ document: Document) -> Bool { state.withLock { $0.newest[document.uri] !== document } }

  /// Tells what is wrong with a version of a document whatever it was before, once it has not changed for a moment.
  private func settle(_ uri: DocumentURI, _ number: UInt32) {
    // The versions that somebody types through are not kept for it.
    Task.detached { [self] in
      try? await Task.sleep(for: Self.pause)
      guard let document = state.withLock({ $0.newest[uri] }), document.number == number, document.settle() else {
        return
      }
      if client.capabilities.pullsDiagnostics { refresh() } else { enqueue(document) }
    }
  }

  /// Nobody who types goes on behind it.
  private static let pause = Duration.milliseconds(400)

  private func work(on document: Document) {
    let translator = DiagnosticTranslator(document, client.capabilities)
    let syntax = translator.syntax
    // What the parser says is told before the analysis, with what the analysis said last.
    let kept = state.withLock { state -> [JSONValue]? in
      guard state.newest[document.uri] === document else { return nil }
      let isNew = state.syntax.updateValue(syntax, forKey: document.uri) != syntax
      return isNew && !syntax.isEmpty ? state.semantic[document.uri] ?? [] : nil
    }
    if let kept, document.text.count > Self.quickSize { publish(syntax + kept, of: document) }
    guard !isStale(document) else { return }
    let semantic = translator.semanticDiagnostics()
    publish(syntax + semantic, of: document) { $0.semantic[document.uri] = semantic }
  }

  /// Texts of up to so many bytes are analysed before a person would see that the syntax came first.
  private static let quickSize = 64 << 10

  /// Publishes the diagnostics of a document unless it has changed or is closed; then nothing follows what closing said.
  private func publish(
    _ diagnostics: [JSONValue], of document: Document, keep: (inout State) -> Void = { _ in }
  ) {
    state.withLock { state in
      guard state.newest[document.uri] === document else { return }
      keep(&state)
      notify(diagnostics, of: document, version: document.version)
    }
  }

  private func notify(_ diagnostics: [JSONValue], of document: Document, version: Int?) {
    var parameters: JSONObject = ["uri": .string(document.uri.text), "diagnostics": .array(diagnostics)]
    if let version { parameters["version"] = .integer(Int64(version)) }
    client.notify("textDocument/publishDiagnostics", .object(parameters))
  }
}
