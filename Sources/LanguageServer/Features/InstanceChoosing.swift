import Authoring
import JSON
import Synchronization

/// `mica.showInstance`: chooses the instance of a block that hints and hovers in it are of.
enum InstanceChoosing {
  static func run(
    _ document: Document, _ argument: JSONValue, _ context: RequestContext
  ) throws(ResponseError) -> JSONValue {
    guard let block = argument["block"]?.stringValue, let instance = argument["instance"]?.intValue else {
      throw ResponseError(
        .invalidParams,
        "`\(ExecuteCommandRequest.showInstance)` takes an object with `uri`, `block` and `instance`, which counts from 0"
      )
    }
    let shown = document.live.codeLenses().lazy.compactMap(\.shown).first { $0.block == block }
    guard let shown else {
      throw ResponseError(.invalidParams, "no model has several instances of a block `\(block)`")
    }
    guard (0..<shown.count).contains(instance) else {
      throw ResponseError(
        .invalidParams, "`\(block)` has \(shown.count) instances, counted from 0; there is no \(instance)")
    }
    context.memory.instances.choose(instance, of: block, in: document)
    WatchedFiles.refreshViews(of: context.client)
    return .null
  }
}

/// The instances that the user has chosen to see, while documents are open.
final class ChosenInstances: Sendable {
  private let chosen = Mutex<[DocumentURI: InstanceChoices]>([:])

  func choices(in document: Document) -> InstanceChoices { chosen.withLock { $0[document.uri] ?? [:] } }

  func choose(_ instance: Int, of block: String, in document: Document) {
    chosen.withLock { $0[document.uri, default: [:]][block] = instance }
  }

  func forget(_ document: Document) { _ = chosen.withLock { $0.removeValue(forKey: document.uri) } }
}
