import Dispatch
import Synchronization
package import Tensors

/// The statistics of tensors in mapped files, computed once for as long as a file stays as it is.
///
/// Small tensors are computed while the caller waits, large ones one after another on a queue of their own.
package final class StatisticsMemory: Sendable {
  package enum Answer: Sendable {
    case known(TensorStatistics)
    /// They are being computed: ask again.
    case computing
    /// There are none: the tensor is in no file, is of no numbers, or its file is another one by now.
    case none
  }

  /// What tells the elements of one tensor from all others.
  private struct Key: Hashable {
    var stamp: FileStamp
    var range: Range<Int>
    var element: ElementType
    var count: Int
  }

  private struct State {
    /// `nil` for tensors that have no statistics.
    var known: [Key: TensorStatistics?] = [:]
    var pending: Set<Key> = []
  }

  /// The memory of the process.
  package static let shared = StatisticsMemory()

  /// More tensors than this are forgotten.
  private static let limit = 10_000

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "mica.statistics", qos: .utility)

  package init() {}

  /// The statistics of a tensor.
  ///
  /// - Parameter budget: how many bytes may be read before this returns; those that were are taken off.
  package func statistics(of tensor: Tensor, budget: inout Int) -> Answer {
    guard case .mapped(let file, let range) = tensor.storage, !range.isEmpty else { return .none }
    let key = Key(stamp: file.stamp, range: range, element: tensor.element, count: tensor.elementCount)
    let fits = range.count <= budget
    let found = state.withLock { state -> Answer? in
      if let known = state.known[key] { return known.map(Answer.known) ?? Answer.none }
      if fits { return nil }
      if state.pending.insert(key).inserted { queue.async { [self] in compute(tensor, file, key) } }
      return .computing
    }
    if let found { return found }
    budget -= range.count
    return compute(tensor, file, key).map(Answer.known) ?? .none
  }

  @discardableResult
  private func compute(_ tensor: Tensor, _ file: MappedFile, _ key: Key) -> TensorStatistics? {
    let isIntact = FileStamp(file.path).map { $0 == file.stamp || !$0.isSameFile(as: file.stamp) } ?? true
    var computed = isIntact ? TensorStatistics(tensor) : nil
    if file.damage != nil { computed = nil }
    state.withLock { state in
      if state.known.count >= Self.limit { state.known = [:] }
      state.known.updateValue(computed, forKey: key)
      state.pending.remove(key)
    }
    return computed
  }
}
