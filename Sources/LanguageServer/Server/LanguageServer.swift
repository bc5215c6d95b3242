import Authoring
import Glibc
import Heap
import JSON
import Semantics
import Synchronization
import Syntax

/// The language server: reads messages in order on the calling thread, answers requests beside it.
///
/// Documents belong to the reading thread. A request runs on the document as it was when the request came, and is
/// answered exactly once.
package final class LanguageServer {
  /// What a server is started with.
  package struct Options: Sendable {
    package enum LogLevel: CaseIterable, Comparable, Sendable {
      case off, error, info, debug
    }

    /// Where to record the traffic.
    package var tracePath: String?
    package var logLevel = LogLevel.error
    package var version: String

    package init(version: String) {
      self.version = version
    }
  }

  let options: Options
  let client: Client
  let publisher: DiagnosticsPublisher
  private let projectPublisher: ProjectPublisher
  private var reader: MessageReader
  private let trace: Trace?
  private var state = State.created
  /// Whether the client has said `initialized`.
  var hasBegun = false
  var settings = Settings()
  /// The question for settings that the client has not answered yet.
  var settingsRequest: JSONValue?
  var folders = WorkspaceFolders()
  var documents = DocumentStore()
  private let running = RunningRequests()
  private let memory: ServerMemory

  private enum State {
    case created, initialized, shutDown
  }

  /// - Parameters:
  ///   - input: the descriptor to read messages from.
  ///   - output: the one to write them to.
  package init(options: Options, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) {
    self.options = options
    trace = options.tracePath.flatMap { Trace(path: $0) }
    reader = MessageReader(descriptor: input)
    client = Client(MessageWriter(descriptor: output, trace: trace), logLevel: options.logLevel)
    publisher = DiagnosticsPublisher(client)
    projectPublisher = ProjectPublisher(client)
    memory = ServerMemory(version: options.version)
    // A client that goes away is noticed by the end of its messages.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Serves until the client says `exit` or goes away.
  ///
  /// - Returns: the exit code: 0 behind `shutdown`, 1 otherwise.
  package func run() -> Int32 {
    if let path = options.tracePath, trace == nil { client.log(.error, "cannot write the trace to \(path)") }
    while true {
      switch reader.next() {
      case .success(let message):
        trace?.record(message, from: "client")
        if receive(message) { return state == .shutDown ? 0 : 1 }
      case .failure(.end): return state == .shutDown ? 0 : 1
      case .failure(.malformedBody(let reason)):
        client.respond(to: .null, .failure(ResponseError(.parseError, "the message is no JSON: \(reason)")))
      case .failure(.malformedHeader(let reason)):
        client.respond(to: .null, .failure(ResponseError(.parseError, "a header cannot be read: \(reason)")))
      case .failure(.tooLong(let length)):
        let message = "a message of \(length) bytes; the longest has \(MessageReader.maximumLength)"
        client.respond(to: .null, .failure(ResponseError(.invalidRequest, message)))
      }
    }
  }

  /// Takes a message; `true` where it was the last one.
  private func receive(_ message: JSONValue) -> Bool {
    let id = message["id"]
    let isIdentified = id?.stringValue != nil || id?.intValue != nil
    guard let method = message["method"]?.stringValue, id == nil || isIdentified else {
      let isAnswer = message["method"] == nil && (message["result"] != nil || message["error"] != nil)
      if isAnswer, let id {
        if !takeSettings(from: message, to: id) { client.receiveResponse(to: id, message) }
      } else {
        let problem = ResponseError(.invalidRequest, "a message is an object with a `method`, or an answer")
        client.respond(to: id.flatMap { isIdentified ? $0 : nil } ?? .null, .failure(problem))
      }
      return false
    }
    let parameters = message["params"] ?? .null
    client.log(.debug, "received \(method)")
    if let id {
      receiveRequest(method, parameters, id: id)
      return false
    }
    return receiveNotification(method, parameters)
  }

  // MARK: Requests

  private func receiveRequest(_ method: String, _ parameters: JSONValue, id: JSONValue) {
    switch (method, state) {
    case ("initialize", .created):
      client.capabilities = ClientCapabilities(parameters["capabilities"])
      folders = WorkspaceFolders(parameters)
      state = .initialized
      client.respond(to: id, .success(ServerCapabilities.initializeResult(for: client.capabilities, options)))
    case ("initialize", _):
      client.respond(to: id, .failure(ResponseError(.invalidRequest, "the server is initialised already")))
    case (_, .created):
      client.respond(to: id, .failure(ResponseError(.serverNotInitialized, "the server waits for `initialize`")))
    case ("shutdown", .initialized):
      state = .shutDown
      running.cancelAll()
      client.respond(to: id, .success(.null))
    case (_, .shutDown):
      client.respond(to: id, .failure(ResponseError(.invalidRequest, "the server is shut down")))
    default:
      answer(method, parameters, id: id)
    }
  }

  private func answer(_ method: String, _ parameters: JSONValue, id: JSONValue) {
    guard let handler = RequestHandlers.all[method] else {
      client.respond(to: id, .failure(ResponseError(.methodNotFound, "the server does not know `\(method)`")))
      return
    }
    let uri = parameters["textDocument"]?["uri"]?.stringValue.map { DocumentURI($0) }
    let asksOfText = method.hasPrefix("textDocument/") && method != "textDocument/diagnostic"
    if asksOfText, let uri, uri.isProject, documents[uri] != nil {
      // A project file has nothing but diagnostics.
      return client.respond(to: id, .success(.null))
    }
    if method == "workspace/diagnostic" { lookAtFiles(isAsked: true) }
    let context = RequestContext(
      client: client, parameters: parameters,
      document: uri.flatMap { upToDate($0, isAsked: method == "textDocument/diagnostic") }, documents: documents.all,
      current: documents.current, folders: folders, settings: settings, memory: memory)
    let (client, timings) = (client, memory.timings)
    running.start(id, isReading: method != "workspace/executeCommand") {
      let start = ContinuousClock.now
      defer { timings.record(method, .now - start) }
      do {
        try Task<Never, Never>.checkCancellation()
        let value = try await handler(context)
        try Task<Never, Never>.checkCancellation()
        return .success(value)
      } catch let error as ResponseError {
        return .failure(error)
      } catch {
        return .failure(.cancelled)
      }
    } answer: {
      client.respond(to: id, $0)
    }
  }

  // MARK: Notifications

  private func receiveNotification(_ method: String, _ parameters: JSONValue) -> Bool {
    if method == "exit" { return true }
    guard state == .initialized else { return false }
    do {
      switch method {
      case "initialized": begin()
      case "workspace/didChangeWatchedFiles": lookAtFiles()
      case "workspace/didChangeConfiguration": changeConfiguration(parameters)
      case "workspace/didChangeWorkspaceFolders": changeFolders(parameters)
      case "$/cancelRequest":
        if let id = parameters["id"], running.cancel(id) { client.respond(to: id, .failure(.cancelled)) }
      case "window/workDoneProgress/cancel":
        if let token = parameters["token"] { client.cancelProgress(token) }
      case "textDocument/didOpen": try open(parameters)
      case "textDocument/didChange": try change(parameters)
      case "textDocument/didClose": try close(parameters)
      default: break
      }
    } catch {
      client.log(.error, "\(method): \(error.message)")
    }
    return false
  }

  private func open(_ parameters: JSONValue) throws(ResponseError) {
    let item = parameters["textDocument"]
    guard let uri = item?["uri"]?.stringValue, let text = item?["text"]?.stringValue else {
      throw ResponseError(.invalidParams, "a document needs `uri` and `text`")
    }
    let document = Document(
      uri: DocumentURI(uri), version: item?["version"]?.intValue ?? 0, text: Array(text.utf8),
      encoding: client.capabilities.encoding, overlay: documents.overlay, lint: settings.lint)
    documents.put(document)
    refresh(after: document)
    if !document.uri.isProject { projectPublisher.publish(documents) }
  }

  private func change(_ parameters: JSONValue) throws(ResponseError) {
    let item = parameters["textDocument"]
    guard let uri = item?["uri"]?.stringValue, let document = documents[DocumentURI(uri)] else {
      throw ResponseError(.invalidParams, "the document is not open")
    }
    let changed = try document.changed(
      parameters["contentChanges"]?.arrayValue ?? [], version: item?["version"]?.intValue ?? document.version &+ 1,
      overlay: documents.overlay)
    documents.put(changed)
    refresh(after: changed)
  }

  private func close(_ parameters: JSONValue) throws(ResponseError) {
    guard let uri = parameters["textDocument"]?["uri"]?.stringValue else { return }
    guard let document = documents.remove(DocumentURI(uri)) else { return }
    projectPublisher.publish(documents)
    if document.uri.isProject { return }
    publisher.withdraw(document)
    memory.tokens.forget(document)
    memory.instances.forget(document)
    // Others read the file from now on, and no longer what was not saved.
    if renewReaders(of: document) { WatchedFiles.refreshViews(of: client) }
    if documents.all.isEmpty { Heap.returnFreedMemory() }
  }

  /// Tells what is wrong with a document now, and with those that import it.
  private func refresh(after document: Document) {
    if document.uri.isProject { return projectPublisher.publish(documents) }
    publisher.publish(document)
    _ = renewReaders(of: document)
  }

  /// Analyses the other documents anew that import one; whether there are any.
  private func renewReaders(of document: Document) -> Bool {
    let readers = documents.all.values.filter { $0.uri != document.uri && $0.mayHaveRead(document.path) }
    for reader in readers { _ = renew(reader) }
    return !readers.isEmpty
  }

  // MARK: Files around documents

  /// An open document, analysed anew where a file around it has changed: not every client tells of that.
  ///
  /// - Parameter isAsked: whether its diagnostics are what the client asks for.
  private func upToDate(_ uri: DocumentURI, isAsked: Bool) -> Document? {
    guard let document = documents[uri], document.isOutdated else { return documents[uri] }
    return renew(document, isAsked: isAsked)
  }

  /// Analyses the documents anew around which files have changed.
  private func lookAtFiles(isAsked: Bool = false) {
    let outdated = documents.all.values.filter(\.isOutdated)
    for document in outdated { _ = renew(document, isAsked: isAsked) }
    if !outdated.isEmpty { WatchedFiles.refreshViews(of: client) }
    projectPublisher.publish(documents)
  }

  func renew(_ document: Document, isAsked: Bool = false) -> Document {
    let renewed = Document(
      uri: document.uri, version: document.version, text: document.text, encoding: client.capabilities.encoding,
      overlay: documents.overlay, lint: settings.lint)
    documents.put(renewed)
    publisher.publish(renewed)
    projectPublisher.publish(documents)
    if !isAsked { publisher.refresh() }
    return renewed
  }
}
