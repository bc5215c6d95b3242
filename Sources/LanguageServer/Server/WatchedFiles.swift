import JSON

/// The files beside documents of which a client tells when they change.
enum WatchedFiles {
  /// Weights with their shards, models, imported texts and project files.
  private static let patterns = [
    "**/*.{safetensors,npz,npy,pt,pth,bin,jit,ckpt,gguf,onnx,mica}", "**/*.index.json", "**/mica.json",
  ]

  /// Asks to be told, where the client can.
  static func register(with client: Client) {
    guard client.capabilities.watchesFiles else { return }
    let watchers = patterns.map { JSONValue.object(["globPattern": .string($0)]) }
    let registration: JSONValue = [
      "id": "mica-files", "method": "workspace/didChangeWatchedFiles",
      "registerOptions": ["watchers": .array(watchers)],
    ]
    Task.detached { _ = await client.request("client/registerCapability", ["registrations": [registration]]) }
  }

  /// Makes the client ask anew for what it shows of documents; diagnostics are published anyway.
  static func refreshViews(of client: Client) {
    let capabilities = client.capabilities
    let requests = [
      (capabilities.refreshesCodeLenses, "workspace/codeLens/refresh"),
      (capabilities.refreshesInlayHints, "workspace/inlayHint/refresh"),
    ]
    for (isPossible, method) in requests where isPossible {
      Task.detached { _ = await client.request(method, .null) }
    }
  }
}
