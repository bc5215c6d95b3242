import JSON
import Workspace

/// The folders that the client has open.
struct WorkspaceFolders: Sendable {
  private(set) var paths: [String] = []

  init() {}

  /// Those that `initialize` names: `workspaceFolders`, or else `rootUri` or `rootPath`.
  init(_ parameters: JSONValue) {
    if let folders = parameters["workspaceFolders"]?.arrayValue {
      for folder in folders { add(folder) }
    } else if let root = parameters["rootUri"]?.stringValue.flatMap({ DocumentURI($0).path }) {
      paths = [root]
    } else if let root = parameters["rootPath"]?.stringValue, root.hasPrefix("/") {
      paths = [root]
    }
  }

  /// As `workspace/didChangeWorkspaceFolders` tells.
  mutating func change(_ event: JSONValue?) {
    for folder in event?["removed"]?.arrayValue ?? [] {
      if let path = Self.path(of: folder) { paths.removeAll { $0 == path } }
    }
    for folder in event?["added"]?.arrayValue ?? [] { add(folder) }
  }

  private mutating func add(_ folder: JSONValue) {
    if let path = Self.path(of: folder), !paths.contains(path) { paths.append(path) }
  }

  private static func path(of folder: JSONValue) -> String? {
    folder["uri"]?.stringValue.flatMap { DocumentURI($0).path }
  }

  /// The Mica files in them, in order, each once.
  var files: [String] {
    var seen: Set<String> = []
    return paths.flatMap(TextFiles.below).filter { seen.insert($0).inserted }
  }
}
