import Glibc
import Processes
import Synchronization

/// Where ONNX Runtime is looked for.
///
/// First what the user has chosen or MICA_ONNXRUNTIME names, and then nothing else; else the system's library, what `mica install onnxruntime` has
/// fetched, and the `onnxruntime` package of the `python3` on PATH.
package enum RuntimeSearch {
  package static let environmentVariable = "MICA_ONNXRUNTIME"

  private static let chosen = Mutex<String?>(nil)

  /// Takes a file, or the folder that it is in, for the library; `nil` for what the environment and the system have.
  ///
  /// A library that is loaded already stays.
  package static func choose(_ path: String?) { chosen.withLock { $0 = path } }

  /// The names of a library that the system has.
  static let systemNames = ["libonnxruntime.so.1", "libonnxruntime.so"]

  /// The library's file beside others of its package: `libonnxruntime.so`, which a version may follow.
  private static let prefix = "libonnxruntime.so"

  /// The file that is chosen or that the environment names: itself, or the one in the folder.
  static func named() throws(RuntimeError) -> String? {
    let setting = chosen.withLock { $0 }
    let name = setting == nil ? environmentVariable : "the editor's setting"
    guard let path = setting ?? environment(environmentVariable), !path.isEmpty else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unusable(path: path, reason: "\(name) names it, and it is not there")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return path }
    for folder in [path, path + "/lib", path + "/capi", path + "/onnxruntime/capi"] {
      if let file = library(in: folder) { return file }
    }
    throw .unusable(path: path, reason: "\(name) names this folder, and no \(prefix) is in it")
  }

  /// The library's file in a folder.
  package static func library(in folder: String) -> String? {
    FolderListing.names(in: folder).filter { $0 == prefix || $0.hasPrefix(prefix + ".") }.min()
      .map { "\(folder)/\($0)" }
  }

  /// The library of the `onnxruntime` package that the `python3` on PATH has.
  static func ofPython() -> String? {
    let script = "import importlib.util as u; s = u.find_spec('onnxruntime'); print(s.submodule_search_locations[0])"
    guard let folder = ChildProcess.output(of: ["python3", "-c", script]) else { return nil }
    return library(in: folder.trimmingNewlines + "/capi")
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

extension String {
  /// The text without newlines at its end.
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
