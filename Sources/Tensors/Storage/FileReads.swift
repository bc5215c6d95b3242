import Synchronization

/// All that is read of mapped files from one time on, so that what was made of it can be thrown away where a file was shortened
/// meanwhile.
///
/// Reading passes bytes and throws nothing, since the ends of most reads are far from where somebody could act on an error.
/// Whoever is about to publish what was made of them checks once.
package struct FileReads: Sendable {
  private static let clock = Atomic(0)
  private static let state = Mutex(State())

  private struct State {
    /// The mapped files that there are.
    var open: [ObjectIdentifier: Unmanaged<MappedFile>] = [:]
    /// Those that were damaged and are mapped no more, the latest last.
    var gone: [(lastRead: Int, damage: FileError)] = []
  }

  private let start: Int

  /// Begins now.
  package init() { start = Self.clock.wrappingAdd(1, ordering: .relaxed).newValue }

  static var now: Int { clock.load(ordering: .relaxed) }

  static func begin(_ file: MappedFile) {
    state.withLock { $0.open[ObjectIdentifier(file)] = .passUnretained(file) }
  }

  /// Forgets a file that is about to be unmapped.
  static func end(_ file: MappedFile, _ damage: FileError?) {
    state.withLock { state in
      state.open[ObjectIdentifier(file)] = nil
      guard let damage else { return }
      if state.gone.count == 16 { state.gone.removeFirst() }
      state.gone.append((file.lastRead.load(ordering: .relaxed), damage))
    }
  }

  /// Why something that was read since is not what a file holds.
  package var damage: FileError? {
    Self.state.withLock { state in
      if let gone = state.gone.last(where: { $0.lastRead >= start }) { return gone.damage }
      for file in state.open.values {
        // A file leaves the list before it goes.
        let damage = file._withUnsafeGuaranteedRef {
          $0.lastRead.load(ordering: .relaxed) >= start ? $0.damage : nil
        }
        if let damage { return damage }
      }
      return nil
    }
  }

  /// - Throws: where a file that was read since was shortened.
  package func check() throws(FileError) {
    if let damage { throw damage }
  }
}
