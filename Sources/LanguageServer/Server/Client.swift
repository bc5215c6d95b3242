import Glibc
import JSON
import Synchronization

/// The other side: what the server says to it, and asks of it.
final class Client: Sendable {
  private let writer: MessageWriter
  private let logLevel: LanguageServer.Options.LogLevel
  private let state = Mutex(State())

  private struct State {
    var capabilities = ClientCapabilities()
    var nextRequest: Int64 = 1
    var nextProgress = 1
    /// Whether the user has cancelled what reports its progress, by the tokens of what is under way.
    var progress: [JSONValue: Bool] = [:]
    var waiting: [JSONValue: CheckedContinuation<JSONValue?, Never>] = [:]
  }

  init(_ writer: MessageWriter, logLevel: LanguageServer.Options.LogLevel) {
    self.writer = writer
    self.logLevel = logLevel
  }

  /// What the client can do; known from `initialize` on.
  var capabilities: ClientCapabilities {
    get { state.withLock { $0.capabilities } }
    set { state.withLock { $0.capabilities = newValue } }
  }

  func respond(to id: JSONValue, _ result: Result<JSONValue, ResponseError>) {
    switch result {
    case .success(let value): writer.write(["jsonrpc": "2.0", "id": id, "result": value])
    case .failure(let error): writer.write(["jsonrpc": "2.0", "id": id, "error": error.json])
    }
  }

  func notify(_ method: String, _ parameters: JSONValue) {
    writer.write(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
  }

  /// Asks something of the client; whoever does knows the answer by the identifier.
  func ask(_ method: String, _ parameters: JSONValue) -> JSONValue {
    let id = newRequest()
    writer.write(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
    return id
  }

  private func newRequest() -> JSONValue {
    state.withLock { state in
      state.nextRequest += 1
      return JSONValue.string("mica-\(state.nextRequest - 1)")
    }
  }

  /// Asks something of the client; its answer, or `nil` where it answers with an error or the task is cancelled meanwhile.
  func request(_ method: String, _ parameters: JSONValue) async -> JSONValue? {
    let id = newRequest()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCancelled = state.withLock { state in
          if !Task.isCancelled { state.waiting[id] = continuation }
          return state.waiting[id] == nil
        }
        if isCancelled { return continuation.resume(returning: nil) }
        writer.write(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
      }
    } onCancel: {
      resume(id, nil)
    }
  }

  func receiveResponse(to id: JSONValue, _ message: JSONValue) {
    resume(id, message["error"] == nil ? .some(message["result"] ?? .null) : .none)
  }

  private func resume(_ id: JSONValue, _ answer: JSONValue?) {
    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: answer)
  }

  /// A token for progress that nobody else has.
  func newProgressToken() -> JSONValue {
    state.withLock { state in
      state.nextProgress += 1
      return .string("mica-progress-\(state.nextProgress - 1)")
    }
  }

  func beginProgress(_ token: JSONValue) { state.withLock { $0.progress[token] = false } }

  func endProgress(_ token: JSONValue) { _ = state.withLock { $0.progress.removeValue(forKey: token) } }

  /// Notes that the user no longer wants what reports its progress under a token.
  func cancelProgress(_ token: JSONValue) {
    state.withLock { state in if state.progress[token] != nil { state.progress[token] = true } }
  }

  func isCancelled(_ token: JSONValue) -> Bool { state.withLock { $0.progress[token] ?? false } }

  enum MessageType: Int64 {
    case error = 1
    case warning = 2
    case info = 3
  }

  func show(_ type: MessageType, _ message: String) {
    notify("window/showMessage", ["type": .integer(type.rawValue), "message": .string(message)])
  }

  /// Writes a line to standard error, which editors keep for this.
  func log(_ level: LanguageServer.Options.LogLevel, _ message: String) {
    guard level <= logLevel else { return }
    let line = Array("mica lsp: \(message)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
  }
}
