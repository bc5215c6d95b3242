import Authoring
import JSON

/// `textDocument/inlayHint`.
enum InlayHintRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let hints = document.live.inlayHints(in: try context.range(in: document))
    return .array(
      hints.map { hint in
        [
          "position": document.positions.position(of: hint.offset).json,
          "label": .string(hint.label),
          "kind": 1,
          "paddingLeft": true,
        ]
      })
  }
}
