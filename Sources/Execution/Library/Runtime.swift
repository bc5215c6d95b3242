import COnnxRuntime
import Glibc
import Synchronization

/// ONNX Runtime, loaded into this process: its table of functions and its one environment.
///
/// It is loaded when it is first asked for, and stays: the library does not support being unloaded.
package final class Runtime: Sendable {
  /// The file that was loaded; of the system's library its name.
  package let path: String
  /// The library's version, such as 1.32.0.
  package let version: String

  // The table never changes, and the environment and the allocator may be used by many threads.
  nonisolated(unsafe) let api: OpaquePointer
  nonisolated(unsafe) let environment: OpaquePointer
  nonisolated(unsafe) let allocator: OpaquePointer

  /// The version of the table that is asked for; all functions that are used are in it.
  private static let apiVersion: UInt32 = 17

  /// Only errors that end the process are printed; all others are thrown.
  private static let logSeverity: Int32 = 4

  private static let loaded = Mutex<Runtime?>(nil)

  /// The runtime of this process, which the first call looks for and loads.
  package static func shared() throws(RuntimeError) -> Runtime {
    let result = loaded.withLock { loaded -> Result<Runtime, RuntimeError> in
      if let loaded { return .success(loaded) }
      do throws(RuntimeError) {
        let runtime = try search()
        loaded = runtime
        return .success(runtime)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The runtime of this process, where one is loaded by now.
  package static var current: Runtime? { loaded.withLockIfAvailable { $0 } ?? nil }

  private static func search() throws(RuntimeError) -> Runtime {
    if let path = try RuntimeSearch.named() { return try Runtime(path: path) }
    for name in RuntimeSearch.systemNames {
      if let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return try Runtime(library, path: name) }
    }
    if let path = RuntimeInstallation.library { return try Runtime(path: path) }
    if let path = RuntimeSearch.ofPython() { return try Runtime(path: path) }
    throw .notFound(searched: [
      "\(RuntimeSearch.environmentVariable), which is not set",
      "the system's libraries (\(RuntimeSearch.systemNames.joined(separator: ", ")))",
      RuntimeInstallation.folder ?? "the cache, of which neither XDG_CACHE_HOME nor HOME tells where it is",
      "the `onnxruntime` package of the python3 on PATH",
    ])
  }

  /// Loads the library at a path.
  package convenience init(path: String) throws(RuntimeError) {
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .unusable(path: path, reason: dlerror().map { String(cString: $0) } ?? "it cannot be loaded")
    }
    try self.init(library, path: path)
  }

  private init(_ library: UnsafeMutableRawPointer, path: String) throws(RuntimeError) {
    guard let base = dlsym(library, "OrtGetApiBase") else {
      throw .unusable(path: path, reason: "it is a library, but not ONNX Runtime: it has no OrtGetApiBase")
    }
    version = String(cString: ort_version(base))
    let numbers = version.split(separator: ".").map { UInt32($0) }
    // The library prints what it thinks of a version that it does not have, so that it is not asked.
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1],
      major > 1 || minor >= Self.apiVersion, let api = ort_get_api(base, Self.apiVersion)
    else {
      throw .unusable(
        path: path, reason: "it is of version \(version), and 1.\(Self.apiVersion) or a later one is needed")
    }
    self.path = path
    self.api = api
    var environment: OpaquePointer?
    try Self.check(ort_create_environment(api, Self.logSeverity, "mica", &environment), "start", api)
    var allocator: OpaquePointer?
    try Self.check(ort_default_allocator(api, &allocator), "start", api)
    guard let environment, let allocator else {
      throw .unusable(path: path, reason: "it gave no environment")
    }
    self.environment = environment
    self.allocator = allocator
  }

  deinit { ort_release_environment(api, environment) }

  /// Turns the status of a call into an error.
  ///
  /// - Parameter action: what was asked, such as "run the model".
  func check(_ status: OpaquePointer?, _ action: @autoclosure () -> String) throws(RuntimeError) {
    try Self.check(status, action(), api)
  }

  private static func check(
    _ status: OpaquePointer?, _ action: @autoclosure () -> String, _ api: OpaquePointer
  ) throws(RuntimeError) {
    guard let status else { return }
    defer { ort_release_status(api, status) }
    throw .failed(
      action: action(), code: Int(ort_status_code(api, status)),
      message: String(cString: ort_status_message(api, status)))
  }
}
