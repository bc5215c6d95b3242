import Semantics
import Synchronization
import Tensors

/// Weights files that were opened lately, for texts that are analysed again at every keystroke.
enum CheckpointCache {
  private struct Entry: Sendable {
    var path: String
    var checkpoint: Checkpoint

    var isCurrent: Bool { checkpoint.stamps.allSatisfy { FileStamp($0.key) == $0.value } }
  }

  private static let limit = 4
  /// The one used last comes last.
  private static let entries = Mutex<[Entry]>([])

  /// The checkpoint of a file, opened by `open` where it is not known as its files are now.
  static func checkpoint(
    _ path: String, open: () -> Result<Checkpoint, WeightsError>
  ) -> Result<Checkpoint, WeightsError> {
    let known = entries.withLock { $0.last { $0.path == path } }
    if let known, known.isCurrent {
      entries.withLock { entries in
        guard let index = entries.lastIndex(where: { $0.path == path }) else { return }
        entries.append(entries.remove(at: index))
      }
      return .success(known.checkpoint)
    }
    let opened = open()
    if case .success(let checkpoint) = opened, !checkpoint.stamps.isEmpty {
      entries.withLock { entries in
        entries.removeAll { $0.path == path }
        entries.append(Entry(path: path, checkpoint: checkpoint))
        if entries.count > limit { entries.removeFirst() }
      }
    }
    return opened
  }
}
