import Authoring
import JSON
import Syntax

/// `textDocument/codeLens`.
enum CodeLensRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    return .array(
      document.live.codeLenses().map { lens in
        [
          "range": document.positions.range(of: lens.place.range).json,
          // A lens that says something and does nothing has a command without a name.
          "command": ["title": .string(lens.title), "command": ""],
        ]
      })
  }
}
