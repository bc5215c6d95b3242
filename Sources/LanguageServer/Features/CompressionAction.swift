import Authoring
import JSON
import Semantics
import Syntax

/// The code actions that make a model smaller: what they carry to the command that does it.
///
/// Their argument has `uri`, `version`, `model`, `choice`, the name of one way of several, and for some layers alone
/// `selection`, the offsets of its first byte and of the one behind its last.
struct CompressionAction {
  /// The kind of the action, and the command that runs it.
  let kind: String
  let command: String

  /// The action for a model of a document, or for its layers in a selection.
  func json(
    _ title: String, choice: String, model: String, selection: Range<Int>?, _ document: Document,
    _ context: RequestContext
  ) -> JSONValue {
    var argument: JSONObject = [
      "uri": .string(document.uri.text), "version": .integer(Int64(document.version)), "model": .string(model),
      "choice": .string(choice),
    ]
    if let selection {
      argument["selection"] = [.integer(Int64(selection.lowerBound)), .integer(Int64(selection.upperBound))]
    }
    let command: JSONValue = [
      "title": .string(title), "command": .string(command), "arguments": [.object(argument)],
    ]
    guard context.client.capabilities.takesCodeActionLiterals else { return command }
    return ["title": .string(title), "kind": .string(kind), "command": command]
  }

  /// What stands for the actions that make something of a model whose text has a mistake.
  ///
  /// Clients that show what is not possible get one that says so. The sizes of what is left of such a model would be wrong.
  ///
  /// - Returns: `nil` where there is no mistake.
  static func disabled(
    _ title: String, _ kind: String, _ elaboration: Elaboration, _ document: Document, _ context: RequestContext
  ) -> [JSONValue]? {
    let lint = document.view.analysis.project.lint
    guard let mistake = lint.applied(to: elaboration.diagnostics).first(where: { $0.severity == .error }) else {
      return nil
    }
    let capabilities = context.client.capabilities
    guard capabilities.takesCodeActionLiterals, capabilities.takesDisabledCodeActions else { return [] }
    let isHere = mistake.place.file == document.file.number
    let line = isHere ? " in line \(document.positions.position(of: mistake.place.range.lowerBound).line + 1)" : ""
    let reason = "the text has a mistake\(line): \(mistake.message)"
    return [["title": .string(title), "kind": .string(kind), "disabled": ["reason": .string(reason)]]]
  }

  /// The layers that an argument means; `nil` for the whole model.
  static func selection(in argument: JSONValue?) -> Range<Int>? {
    let offsets = argument?["selection"]?.arrayValue?.compactMap(\.intValue) ?? []
    return offsets.count == 2 && offsets[0] <= offsets[1] ? offsets[0]..<offsets[1] : nil
  }

  /// The way that an argument names.
  ///
  /// - Throws: where it is none of those that there are.
  static func choice<Choice>(
    in argument: JSONValue?, of choices: [Choice], named name: KeyPath<Choice, String>
  ) throws(ResponseError) -> Choice {
    let wanted = argument?["choice"]?.stringValue ?? ""
    guard let choice = choices.first(where: { $0[keyPath: name] == wanted }) else {
      let known = choices.map { $0[keyPath: name] }.joined(separator: ", ")
      throw ResponseError(.invalidParams, "there is no choice `\(wanted)`; there are \(known)")
    }
    return choice
  }
}
