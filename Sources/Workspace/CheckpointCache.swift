import Graphs
import Semantics
import Synchronization
import Tensors

/// Weights files that were opened lately, for texts that are analysed again at every keystroke.
///
/// One whose tensors are in other files too is opened each time: their stamps are not looked at.
enum CheckpointCache {
  private struct Entry: Sendable {
    var path: String
    var stamp: FileStamp
    var checkpoint: Checkpoint
  }

  private static let limit = 4
  /// The one used last comes last.
  private static let entries = Mutex<[Entry]>([])

  /// The checkpoint of a file, opened by `open` where it is not known as the file is now.
  static func checkpoint(
    _ path: String, open: () -> Result<Checkpoint, WeightsError>
  ) -> Result<Checkpoint, WeightsError> {
    guard let stamp = FileStamp(path) else { return open() }
    let known = entries.withLock { entries -> Checkpoint? in
      guard let index = entries.firstIndex(where: { $0.path == path && $0.stamp == stamp }) else { return nil }
      entries.append(entries.remove(at: index))
      return entries.last?.checkpoint
    }
    if let known { return .success(known) }
    let opened = open()
    if case .success(let checkpoint) = opened, checkpoint.isWhole(at: path), FileStamp(path) == stamp {
      entries.withLock { entries in
        entries.removeAll { $0.path == path }
        entries.append(Entry(path: path, stamp: stamp, checkpoint: checkpoint))
        if entries.count > limit { entries.removeFirst() }
      }
    }
    return opened
  }
}

extension Checkpoint {
  /// Whether all tensors are in the file of this path.
  fileprivate func isWhole(at path: String) -> Bool {
    let all = tensors.lazy.map(\.tensor) + inner.values.map(\.tensor)
    return all.allSatisfy { tensor in
      if case .mapped(let file, _) = tensor.storage { file.path == path } else { true }
    }
  }
}
