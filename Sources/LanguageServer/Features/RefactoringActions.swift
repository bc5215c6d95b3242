import Authoring
import JSON
import Syntax

/// The refactorings of a selection as code actions; a client that can asks for the edit of the one that the user chooses.
struct RefactoringActions {
  private let document: Document
  private let range: Range<Int>
  private let client: ClientCapabilities

  init(_ document: Document, _ range: Range<Int>, _ client: ClientCapabilities) {
    self.document = document
    self.range = range
    self.client = client
  }

  /// All that are proved, of the kinds that are wanted.
  func listed(_ isWanted: (String) -> Bool) -> [JSONValue] {
    proved.filter { isWanted($0.kind.name) }.map { refactoring in
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

  private var proved: [Refactoring] { document.view.refactorings(in: range, proof: document.proof) }

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
    let actions = RefactoringActions(document, start..<end, context.client.capabilities)
    guard let chosen = actions.proved.first(where: { $0.title == context.parameters["title"]?.stringValue }) else {
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
