import Operators
import Semantics
import Synchronization

/// What is known already of where the sizes of an elaboration come from.
final class SizeMemory: Sendable {
  /// How many calls a hover may infer again: a few milliseconds.
  static let budget = 3000

  private let provenance = Mutex<SizeProvenance?>(nil)

  /// Runs `body` with what is known, and keeps what it finds; one at a time.
  func with<Result>(_ elaboration: Elaboration, _ body: (inout SizeProvenance) -> sending Result) -> sending Result {
    provenance.withLock { known in
      var provenance = known.take() ?? SizeProvenance(elaboration.model, opsets: elaboration.opsets)
      defer { known = provenance }
      return body(&provenance)
    }
  }
}
