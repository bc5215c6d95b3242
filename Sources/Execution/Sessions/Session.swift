import COnnxRuntime

/// A model made ready to run.
///
/// Several threads may run it at the same time.
package final class Session: Sendable {
  package let runtime: Runtime
  package let inputs: [SessionValue]
  package let outputs: [SessionValue]
  nonisolated(unsafe) private let session: OpaquePointer

  /// Loads the model in a file.
  package convenience init(
    path: String, options: SessionOptions = SessionOptions(), runtime: Runtime
  ) throws(RuntimeError) {
    try self.init(options, runtime, "load '\(path)'") { options, session in
      ort_create_session(runtime.api, runtime.environment, path, options, &session)
    }
  }

  /// Loads a model from its bytes, which are not needed afterwards.
  package convenience init(
    bytes: UnsafeRawBufferPointer, options: SessionOptions = SessionOptions(), runtime: Runtime
  ) throws(RuntimeError) {
    guard let start = bytes.baseAddress else {
      throw .failed(action: "load the model", code: 7, message: "it has no bytes")
    }
    try self.init(options, runtime, "load the model") { options, session in
      ort_create_session_from_bytes(runtime.api, runtime.environment, start, bytes.count, options, &session)
    }
  }

  private init(
    _ options: SessionOptions, _ runtime: Runtime, _ action: String,
    _ create: (OpaquePointer, inout OpaquePointer?) -> OpaquePointer?
  ) throws(RuntimeError) {
    let session = try options.with(runtime) { options throws(RuntimeError) in
      var session: OpaquePointer?
      try runtime.check(create(options, &session), action)
      guard let session else { throw .failed(action: action, code: 1, message: "there is no session") }
      return session
    }
    do throws(RuntimeError) {
      inputs = try SessionDeclarations(runtime, session).inputs()
      outputs = try SessionDeclarations(runtime, session).outputs()
    } catch {
      ort_release_session(runtime.api, session)
      throw error
    }
    self.runtime = runtime
    self.session = session
  }

  deinit { ort_release_session(runtime.api, session) }

  /// Runs the model.
  ///
  /// - Parameters:
  ///   - inputs: what it takes, by the names of its inputs.
  ///   - outputs: the names of the outputs that are wanted.
  ///   - control: ends the run when it is asked to.
  /// - Returns: the outputs in the order of the names; `nil` for one that is an optional without a value.
  package func run(
    _ inputs: [String: RuntimeValue], outputs: [String], control: RunControl? = nil
  ) throws(RuntimeError) -> [RuntimeValue?] {
    if outputs.isEmpty { return [] }
    for input in self.inputs where inputs[input.name] == nil {
      throw .input(name: input.name, reason: "is not given")
    }
    let given = self.inputs.compactMap { input in inputs[input.name].map { (input.name, $0) } }
    var results = [OpaquePointer?](repeating: nil, count: outputs.count)
    let status = withCStrings(given.map(\.0)) { inputNames in
      withCStrings(outputs) { outputNames in
        let values: [OpaquePointer?] = given.map { $0.1.value }
        return withExtendedLifetime((given, control)) {
          ort_run(
            runtime.api, session, control?.options, inputNames, values, given.count, outputNames, outputs.count,
            &results)
        }
      }
    }
    let values = results.map { $0.map { RuntimeValue(owning: $0, runtime) } }
    try runtime.check(status, "run the model")
    return values
  }
}
