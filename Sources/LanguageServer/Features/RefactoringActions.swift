import Authoring
import JSON
import Syntax

/// The refactorings of a selection as code actions; a client that can asks for the edit of the one that the user chooses.
struct RefactoringActions {
  private let document: Document
  private let range: Range<Int>
  private let context: RequestContext
  private var client: ClientCapabilities { context.client.capabilities }

  init(_ document: Document, _ range: Range<Int>, _ context: RequestContext) {
    self.document = document
    self.range = range
    self.context = context
  }

  /// All that are proved, of the kinds that are wanted; and those that are not possible, for clients that show why.
  func listed(_ isWanted: (String) -> Bool) throws -> [JSONValue] {
    try all.filter { isWanted($0.kind.name) }.compactMap { refactoring in
      if let refusal = refactoring.refusal {
        guard client.takesCodeActionLiterals, client.takesDisabledCodeActions else { return nil }
        return [
          "title": .string(refactoring.title), "kind": .string(refactoring.kind.name),
          "disabled": ["reason": .string(refusal)],
        ]
      }
      guard client.takesCodeActionLiterals else {
        let arguments: JSONValue = [edit(of: refactoring)]
        return [
          "title": .string(refactoring.title), "command": .string(ExecuteCommandRequest.applyEdit),
          "arguments": arguments,
        ]
      }
      let title = JSONValue.string(refactoring.title)
      let kind = JSONValue.string(refactoring.kind.name)
      guard client.resolvesCodeActionEdits else {
        return ["title": title, "kind": kind, "edit": edit(of: refactoring)]
      }
      let data: JSONValue = [
        "uri": .string(document.uri.text), "version": .integer(Int64(document.version)),
        "start": .integer(Int64(range.lowerBound)), "end": .integer(Int64(range.upperBound)),
      ]
      return ["title": title, "kind": kind, "data": data]
    }
  }

  private var all: [Refactoring] {
    get throws {
      try document.view.refactorings(in: range, proof: document.proof) { block in
        let shared = SharedName(path: document.path, declaration: block)
        return try context.importers(of: document.path).contains { importer in
          !importer.text.view.occurrences(of: shared, declaredAt: importer.text.importedPath).isEmpty
        }
      }
    }
  }

  private func edit(of refactoring: Refactoring) -> JSONValue {
    TextEdits.workspaceEdit(refactoring.edits, in: document, client)
  }

  /// `codeAction/resolve`: the action with its edit, for the text that it was listed for.
  @Sendable static func resolve(_ context: RequestContext) async throws -> JSONValue {
    var action = try context.resolvable()
    guard let data = context.parameters["data"], let start = data["start"]?.intValue, let end = data["end"]?.intValue,
      start >= 0, start <= end
    else { return context.parameters }
    let document = try context.document(of: data)
    guard end <= document.text.count else { return context.parameters }
    let actions = RefactoringActions(document, start..<end, context)
    let title = context.parameters["title"]?.stringValue
    guard let chosen = try actions.all.first(where: { $0.title == title && $0.refusal == nil }) else {
      throw ResponseError(.contentModified, "the action is not possible any more")
    }
    action["edit"] = actions.edit(of: chosen)
    return .object(action)
  }
}

extension Refactoring.Kind {
  /// The kind as the protocol has it.
  fileprivate var name: String {
    switch self {
    case .extract: "refactor.extract"
    case .inline: "refactor.inline"
    case .rewrite: "refactor.rewrite"
    }
  }
}
