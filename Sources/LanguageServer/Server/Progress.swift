import JSON

/// The progress of one request, as the client shows it.
struct Progress: Sendable {
  private let client: Client
  private let token: JSONValue?

  /// Begins to tell of a request's progress, where the client shows any.
  static func begin(_ title: String, of context: RequestContext) async -> Progress {
    if let token = context.parameters["workDoneToken"], token.stringValue != nil || token.intValue != nil {
      return Progress(context.client, token, title)
    }
    guard context.client.capabilities.takesWorkDoneProgress else { return Progress(context.client, nil, title) }
    let token = context.client.newProgressToken()
    let isMade = await context.client.request("window/workDoneProgress/create", ["token": token]) != nil
    // A literal would be JSON's null.
    return Progress(context.client, isMade ? token : Optional.none, title)
  }

  private init(_ client: Client, _ token: JSONValue?, _ title: String) {
    self.client = client
    self.token = token
    if let token { client.beginProgress(token) }
    send(["kind": "begin", "title": .string(title), "cancellable": true])
  }

  /// Whether the user has cancelled it.
  var isCancelled: Bool { Task.isCancelled || (token.map { client.isCancelled($0) } ?? false) }

  func report(_ message: String) { send(["kind": "report", "message": .string(message)]) }

  func end(_ message: String) {
    send(["kind": "end", "message": .string(message)])
    if let token { client.endProgress(token) }
  }

  private func send(_ value: JSONValue) {
    guard let token else { return }
    client.notify("$/progress", ["token": token, "value": value])
  }
}
