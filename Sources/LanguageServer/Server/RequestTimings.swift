import JSON
import Synchronization

/// How long the server took to answer, by method, since it was started.
final class RequestTimings: Sendable {
  private struct Timing {
    var count = 0
    var total = Duration.zero
    var longest = Duration.zero

    var json: JSONValue {
      let mean = total.milliseconds / Double(max(1, count))
      return ["count": .integer(Int64(count)), "mean": .number(mean), "longest": .number(longest.milliseconds)]
    }
  }

  private let timings = Mutex<[String: Timing]>([:])

  func record(_ method: String, _ duration: Duration) {
    timings.withLock { timings in
      timings[method, default: Timing()].count += 1
      timings[method, default: Timing()].total += duration
      timings[method, default: Timing()].longest = max(timings[method]?.longest ?? .zero, duration)
    }
  }

  /// For each method that was asked for: `count`, and the `mean` and the `longest` time in milliseconds.
  var json: JSONValue {
    var object: JSONObject = [:]
    for (method, timing) in timings.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { object[method] = timing.json }
    return .object(object)
  }
}

extension Duration {
  fileprivate var milliseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
  }
}
