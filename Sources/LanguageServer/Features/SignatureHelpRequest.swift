import Authoring
import JSON

/// `textDocument/signatureHelp`.
enum SignatureHelpRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let help = document.live.signatureHelp(at: try context.offset(in: document)) else { return .null }
    var signature: JSONObject = [
      "label": .string(help.label),
      "parameters": .array(help.parameters.map { ["label": .string($0)] }),
    ]
    if !help.documentation.isEmpty { signature["documentation"] = .string(help.documentation) }
    var result: JSONObject = ["signatures": [.object(signature)], "activeSignature": 0]
    if let active = help.active { result["activeParameter"] = .integer(Int64(active)) }
    return .object(result)
  }
}
