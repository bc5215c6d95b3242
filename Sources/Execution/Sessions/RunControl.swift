import COnnxRuntime

/// A way to end runs from another thread; they then fail.
package final class RunControl: Sendable {
  private let runtime: Runtime
  nonisolated(unsafe) let options: OpaquePointer

  package init(_ runtime: Runtime) throws(RuntimeError) {
    var created: OpaquePointer?
    try runtime.check(ort_create_run_options(runtime.api, &created), "make options of a run")
    guard let created else { throw .failed(action: "make options of a run", code: 1, message: "there are none") }
    self.runtime = runtime
    options = created
  }

  deinit { ort_release_run_options(runtime.api, options) }

  /// Ends the runs that go on with it, and those that begin with it later.
  package func cancel() {
    if let status = ort_terminate(runtime.api, options) { ort_release_status(runtime.api, status) }
  }
}
