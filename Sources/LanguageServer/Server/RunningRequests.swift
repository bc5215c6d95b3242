import JSON
import Synchronization

/// The requests that are not answered yet, so that the client may cancel them.
final class RunningRequests: Sendable {
  private let tasks = Mutex<[JSONValue: Task<Void, Never>]>([:])

  func start(_ id: JSONValue, _ operation: @escaping @Sendable () async -> Void) {
    tasks.withLock { tasks in
      tasks[id] = Task.detached { [weak self] in
        await operation()
        self?.finish(id)
      }
    }
  }

  func cancel(_ id: JSONValue) { tasks.withLock { $0[id] }?.cancel() }

  func cancelAll() { for task in tasks.withLock({ Array($0.values) }) { task.cancel() } }

  private func finish(_ id: JSONValue) { _ = tasks.withLock { $0.removeValue(forKey: id) } }
}
