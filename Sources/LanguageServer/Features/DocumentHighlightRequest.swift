import Authoring
import JSON
import Syntax

/// `textDocument/documentHighlight`: where else the text has the thing at the cursor.
enum DocumentHighlightRequest {
  /// The protocol's numbers.
  private enum Kind: Int64 {
    case read = 2
    case write = 3
  }

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let thing = document.view.namedThing(at: try context.offset(in: document)) else { return .null }
    return .array(
      thing.occurrences.map { occurrence in
        let kind = thing.isBinding(occurrence) ? Kind.write : .read
        return ["range": document.positions.range(of: occurrence.range).json, "kind": .integer(kind.rawValue)]
      })
  }
}
