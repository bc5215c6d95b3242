import Authoring
import JSON

/// `textDocument/signatureHelp`.
enum SignatureHelpRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let help = document.live.signatureHelp(at: try context.offset(in: document)) else { return .null }
    let takesNone = context.client.capabilities.takesNoActiveParameter
    // Other clients mark the first of the parameters where none is said to be the active one.
    let listed = help.active == nil && !takesNone ? [] : help.parameters
    var signature: JSONObject = [
      "label": .string(help.label),
      "parameters": .array(listed.map { ["label": .string($0)] }),
    ]
    if !help.documentation.isEmpty { signature["documentation"] = .string(help.documentation) }
    var result: JSONObject = ["signatures": [.object(signature)], "activeSignature": 0]
    if let active = help.active {
      result["activeParameter"] = .integer(Int64(active))
    } else if takesNone {
      result["activeParameter"] = .null
    }
    return .object(result)
  }
}
