import Authoring
import JSON
import Syntax

/// `textDocument/hover`.
enum HoverRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let choices = context.memory.instances.choices(in: document)
    guard let hover = document.live.hover(at: try context.offset(in: document), showing: choices) else { return .null }
    let isMarkdown = context.client.capabilities.takesMarkdownInHover
    return [
      "contents": [
        "kind": isMarkdown ? "markdown" : "plaintext",
        "value": .string(isMarkdown ? hover.markdown : hover.plainText),
      ],
      "range": document.positions.range(of: hover.place.range).json,
    ]
  }
}
