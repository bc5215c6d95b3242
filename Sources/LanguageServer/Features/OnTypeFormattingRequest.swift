import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/onTypeFormatting`: what a closing brace ends is laid out, and what a newline ends; the new line is indented.
enum OnTypeFormattingRequest {
  static let triggers = ["}", "\n"]

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let offset = try context.offset(in: document)
    let edits =
      switch context.parameters["ch"]?.stringValue {
      case "}": document.file.tree.edits(behindBrace: offset)
      case "\n": document.file.tree.edits(behindNewline: offset)
      default:
        throw ResponseError(.invalidParams, "formatting while typing needs `ch`, a closing brace or a newline")
          as ResponseError
      }
    return .array(edits.map { TextEdits.json(of: $0, in: document) })
  }
}
