import COnnxRuntime

/// How ONNX Runtime is to run a model.
package struct SessionOptions: Sendable {
  /// How far the runtime rewrites the graph before it runs it; the raw values are its own.
  package enum Optimization: Int32, Sendable {
    case none = 0
    case basic = 1
    case extended = 2
    case all = 99
  }

  package var optimization = Optimization.all
  /// Threads within an operator; 0 for as many as there are cores.
  package var threads = 0
  /// Sizes of open dimensions, by the names that the model has for them.
  package var dimensions: [String: Int] = [:]
  /// Whether memory is kept between runs; without it, a run takes what it needs and gives it back.
  package var keepsMemory = true

  package init() {}

  /// Calls `body` with the options as the runtime's object.
  func with<Result>(
    _ runtime: Runtime, _ body: (OpaquePointer) throws(RuntimeError) -> Result
  ) throws(RuntimeError) -> Result {
    let api = runtime.api
    var created: OpaquePointer?
    try runtime.check(ort_create_session_options(api, &created), "make options")
    guard let options = created else { throw .failed(action: "make options", code: 1, message: "there are none") }
    defer { ort_release_session_options(api, options) }
    try runtime.check(ort_set_optimization_level(api, options, optimization.rawValue), "optimize")
    try runtime.check(ort_set_threads(api, options, Int32(clamping: threads)), "use \(threads) threads")
    for (name, size) in dimensions {
      try runtime.check(ort_override_dimension(api, options, name, Int64(size)), "set the size `\(name)`")
    }
    if !keepsMemory {
      try runtime.check(ort_disable_memory_arena(api, options), "set the memory")
      try runtime.check(ort_disable_memory_pattern(api, options), "set the memory")
    }
    return try body(options)
  }
}
