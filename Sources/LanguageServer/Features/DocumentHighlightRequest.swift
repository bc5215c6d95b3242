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
    let (view, offset) = (document.view, try context.offset(in: document))
    guard let thing = view.namedThing(at: offset) else { return imported(view, offset, document) }
    return .array(
      thing.occurrences.map { occurrence in
        let kind = thing.isBinding(occurrence) ? Kind.write : .read
        return ["range": document.positions.range(of: occurrence.range).json, "kind": .integer(kind.rawValue)]
      })
  }

  /// What another file declares is read wherever it stands.
  private static func imported(_ view: EditorView, _ offset: Int, _ document: Document) -> JSONValue {
    guard let shared = view.sharedName(at: offset) else { return .null }
    let names = view.occurrences(of: shared, declaredAt: shared.path)
    guard names.contains(where: { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }) else {
      return .null
    }
    return .array(
      names.map { ["range": document.positions.range(of: $0.range).json, "kind": .integer(Kind.read.rawValue)] })
  }
}
