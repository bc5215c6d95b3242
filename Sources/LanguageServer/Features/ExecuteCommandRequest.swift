import Authoring
import JSON
import Semantics

/// `workspace/executeCommand`.
enum ExecuteCommandRequest {
  /// Applies an edit, for clients whose code actions are commands only.
  static let applyEdit = "mica.applyEdit"
  static let export = "mica.export"
  /// Shows an ONNX file as text.
  static let openModel = "mica.openModel"
  static let commands = [applyEdit, export, openModel]

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let argument = context.parameters["arguments"]?.arrayValue?.first
    switch context.parameters["command"]?.stringValue {
    case applyEdit?:
      guard let edit = argument else { throw ResponseError(.invalidParams, "`\(applyEdit)` takes an edit") }
      _ = await context.client.request("workspace/applyEdit", ["edit": edit])
      return .null
    case export?:
      guard let uri = argument?["uri"]?.stringValue else {
        throw ResponseError(.invalidParams, "`\(export)` takes an object with `uri` and `model`")
      }
      let key = DocumentURI(uri)
      guard let document = context.documents[key.path ?? key.text] else {
        throw ResponseError(.invalidParams, "the document is not open: \(uri)")
      }
      return try await ModelExport(document, model: argument?["model"]?.stringValue, context).run()
    case openModel?:
      guard let uri = argument?["uri"]?.stringValue else {
        throw ResponseError(.invalidParams, "`\(openModel)` takes an object with `uri`")
      }
      return try await ModelOpening(uri: uri, context).run()
    case let name:
      throw ResponseError(
        .invalidParams, "there is no command `\(name ?? "")`; there are \(commands.joined(separator: ", "))")
    }
  }
}
