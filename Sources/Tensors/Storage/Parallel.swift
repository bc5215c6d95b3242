import Dispatch
import Glibc

/// Work that is spread over the cores.
package enum Parallel {
  /// How many threads work at a time.
  package static let width = max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 16))

  /// Calls `body` with each number below `count`, in any order and on several threads, and waits for all of them.
  package static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    if count == 1 { return body(0) }
    withoutActuallyEscaping(body) { body in DispatchQueue.concurrentPerform(iterations: count) { body($0) } }
  }
}

extension Parallel {
  /// What `transform` gives for each number below `count`, in order.
  package static func map<Result: Sendable>(_ count: Int, _ transform: @Sendable (Int) -> Result) -> [Result] {
    var results: [Result?] = Array(repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Every call has a place of its own.
      nonisolated(unsafe) let buffer = buffer
      forEach(count) { buffer[$0] = transform($0) }
    }
    return results.compactMap(\.self)
  }
}
