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
    guard let thing = view.namedThing(at: offset) else {
      // What others declare is read wherever it stands.
      let names = view.calledNames(at: offset)
      return names.isEmpty ? .null : .array(names.map { highlight($0, .read, document) })
    }
    return .array(thing.occurrences.map { highlight($0, thing.isBinding($0) ? .write : .read, document) })
  }

  private static func highlight(_ name: Syntax, _ kind: Kind, _ document: Document) -> JSONValue {
    ["range": document.positions.range(of: name.range).json, "kind": .integer(kind.rawValue)]
  }
}
