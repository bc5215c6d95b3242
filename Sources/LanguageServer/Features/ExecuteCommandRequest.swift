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
  static let quantize = "mica.quantize"
  /// Lists the weights that a model lacks, and those that it leaves.
  static let listWeights = "mica.listWeights"
  /// Writes the model of a checkpoint.
  static let writeModel = "mica.writeModel"
  static let prune = "mica.prune"
  static let runRecipe = "mica.runRecipe"
  /// Chooses the instance of a block that hints and hovers are of.
  static let showInstance = "mica.showInstance"
  static let commands = [
    applyEdit, export, listWeights, openModel, prune, quantize, runRecipe, showInstance, writeModel,
  ]

  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let argument = context.parameters["arguments"]?.arrayValue?.first
    switch context.parameters["command"]?.stringValue {
    case applyEdit?:
      guard let edit = argument else { throw ResponseError(.invalidParams, "`\(applyEdit)` takes an edit") }
      _ = await context.client.request("workspace/applyEdit", ["edit": edit])
      return .null
    case export?:
      let document = try document(argument, of: export, context)
      return try await ModelExport(document, model: argument?["model"]?.stringValue, context).run()
    case quantize?:
      let document = try document(argument, of: quantize, context)
      return try await ModelQuantization(document, argument, context).run()
    case writeModel?:
      guard let uri = argument?["uri"]?.stringValue else {
        throw ResponseError(
          .invalidParams, "`\(writeModel)` takes an object with `uri`, of a weights file or of a document with `model`")
      }
      return try await CheckpointModel(uri, argument ?? .null, context).run()
    case listWeights?:
      let document = try document(argument, of: listWeights, context)
      return try await WeightsListing(document, model: argument?["model"]?.stringValue, context).run()
    case prune?:
      let document = try document(argument, of: prune, context)
      return try await ModelPruning(document, argument, context).run()
    case runRecipe?:
      let document = try document(argument, of: runRecipe, context)
      return try await RecipeRunning(document, argument, context).run()
    case showInstance?:
      let document = try document(argument, of: showInstance, context)
      return try InstanceChoosing.run(document, argument ?? .null, context)
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

  /// The open document that a command's argument names.
  private static func document(
    _ argument: JSONValue?, of command: String, _ context: RequestContext
  ) throws(ResponseError) -> Document {
    guard let uri = argument?["uri"]?.stringValue else {
      throw ResponseError(.invalidParams, "`\(command)` takes an object with `uri` and `model`")
    }
    let key = DocumentURI(uri)
    guard let document = context.documents[key.key] else {
      throw ResponseError(.invalidParams, "the document is not open: \(uri)")
    }
    return document
  }
}
