import Authoring
import JSON
import Semantics
import Syntax
import Workspace

/// The call hierarchy of the declarations of a text: which blocks and models call which.
enum CallHierarchyRequest {
  @Sendable static func prepare(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let declaration = document.view.calledDeclaration(at: try context.offset(in: document)),
      let item = item(of: declaration, document)
    else { return .null }
    return [item]
  }

  /// The callers in all texts of the workspace, and in the library of what is the library's.
  @Sendable static func incoming(_ context: RequestContext) async throws -> JSONValue {
    let (subject, name) = try subject(context)
    let file = ImportedFiles.known(subject.path)
    var callers: [JSONValue] = []
    func note(_ document: Document) {
      // Most texts do not have the name.
      guard document.text.firstRange(of: Array(name.utf8)) != nil else { return }
      let calls = document.view.calls.filter { $0.callee.name == name && path(of: $0.callee) == file }
      callers += calls.grouped(by: \.caller).compactMap { caller, places in
        item(of: caller, document).map { ["from": $0, "fromRanges": ranges(places, document)] }
      }
    }
    note(subject)
    try context.forEachText { if ImportedFiles.known($0.path) != file { note($0) } }
    let library = Library.files.compactMap { LibraryFiles.uri(of: $0)?.path }
    guard library.contains(file) else { return .array(callers) }
    for path in library where path != file && context.documents[path] == nil {
      try Task<Never, Never>.checkCancellation()
      context.closedDocument(path).map(note)
    }
    return .array(callers)
  }

  /// The path of the file that declares something, as editors open it.
  private static func path(of declaration: Declaration) -> String {
    let own = declaration.isLibrary ? LibraryFiles.uri(of: declaration.file)?.path : nil
    return ImportedFiles.known(own ?? declaration.file.path)
  }

  @Sendable static func outgoing(_ context: RequestContext) async throws -> JSONValue {
    let (document, name) = try subject(context)
    return .array(
      document.view.calls.filter { $0.caller.name == name }.grouped(by: \.callee).compactMap { callee, places in
        item(of: callee, document).map { ["to": $0, "fromRanges": ranges(places, document)] }
      })
  }

  /// The text that declares what an item stands for, open or not, and the name of that.
  private static func subject(_ context: RequestContext) throws(ResponseError) -> (Document, String) {
    guard let item = context.parameters["item"], let uri = item["uri"]?.stringValue,
      let name = item["name"]?.stringValue
    else { throw ResponseError(.invalidParams, "a call hierarchy needs the `item` that it was prepared for") }
    let key = DocumentURI(uri)
    if let document = context.documents[key.key] { return (document, name) }
    guard let path = key.path, let document = context.closedDocument(path) else {
      throw ResponseError(.invalidParams, "there is no such text any more: \(uri)")
    }
    return (document, name)
  }

  /// The item of a declaration in the document, an imported file or the standard library.
  private static func item(of declaration: Declaration, _ document: Document) -> JSONValue? {
    guard let whole = document.location(of: declaration.syntax.place), let uri = whole["uri"],
      let range = whole["range"], let own = document.location(of: declaration.namePlace)?["range"]
    else { return nil }
    return [
      "name": .string(declaration.name), "kind": .integer(DocumentSymbolRequest.kind(declaration.kind.outlined)),
      "uri": uri, "range": range, "selectionRange": own,
    ]
  }

  private static func ranges(_ places: [Place], _ document: Document) -> JSONValue {
    .array(places.map { document.positions.range(of: $0.range).json })
  }
}

extension Declaration.Kind {
  fileprivate var outlined: OutlineItem.Kind {
    switch self {
    case .model: .model
    case .block: .block
    case .operator: .operator
    }
  }
}

extension [DeclarationCall] {
  /// The places of the calls by one of their ends, in the order of the first ones.
  fileprivate func grouped(by end: KeyPath<DeclarationCall, Declaration>) -> [(Declaration, [Place])] {
    var groups: [(Declaration, [Place])] = []
    for call in self {
      let place = call[keyPath: end].namePlace
      if let index = groups.firstIndex(where: { $0.0.namePlace == place }) {
        groups[index].1.append(call.place)
      } else {
        groups.append((call[keyPath: end], [call.place]))
      }
    }
    return groups
  }
}
