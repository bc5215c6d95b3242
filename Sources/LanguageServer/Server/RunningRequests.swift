import JSON
import Synchronization

/// The requests that are not answered yet, so that the client may cancel them.
final class RunningRequests: Sendable {
  typealias Outcome = Result<JSONValue, ResponseError>

  private struct Running {
    /// What tells it from an earlier request of the same identifier.
    var number: Int
    var task: Task<Void, Never>
    var isReading: Bool
  }

  private struct State {
    var requests: [JSONValue: Running] = [:]
    var started = 0
  }

  private let state = Mutex(State())

  /// Works on a request beside all others, and answers it unless it is answered already.
  ///
  /// - Parameter isReading: whether it changes nothing, so that a cancelled one is over at once, however long it goes on; of the
  ///   others the client is told how they ended.
  func start(
    _ id: JSONValue, isReading: Bool, _ operation: @escaping @Sendable () async -> Outcome,
    answer: @escaping @Sendable (Outcome) -> Void
  ) {
    state.withLock { state in
      state.started += 1
      let number = state.started
      let task = Task.detached { [weak self] in
        let outcome = await operation()
        if self?.finish(id, number) ?? false { answer(outcome) }
      }
      state.requests[id] = Running(number: number, task: task, isReading: isReading)
    }
  }

  /// Cancels a request; true where the caller is to answer it.
  func cancel(_ id: JSONValue) -> Bool {
    state.withLock { state in
      guard let request = state.requests[id] else { return false }
      request.task.cancel()
      if request.isReading { state.requests[id] = nil }
      return request.isReading
    }
  }

  func cancelAll() { for request in state.withLock({ Array($0.requests.values) }) { request.task.cancel() } }

  /// Whether a request that is done is still to be answered.
  private func finish(_ id: JSONValue, _ number: Int) -> Bool {
    state.withLock { state in
      guard let request = state.requests[id], request.number == number else { return false }
      state.requests[id] = nil
      return true
    }
  }
}
