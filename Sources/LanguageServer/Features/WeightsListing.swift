import Authoring
import JSON
import Semantics

/// Lists the weights that a model lacks, and those that its files have beside: `mica.listWeights`.
struct WeightsListing {
  private let table: WeightsUseTable
  private let name: String
  private let context: RequestContext

  /// - Throws: where the document has no such model, or the model no weights that can be read; the user is told.
  init(_ document: Document, model name: String?, _ context: RequestContext) throws(ResponseError) {
    let view = document.view
    let models = view.analysis.elaborations
    let model = models.first { $0.declaration.name == name } ?? (name == nil ? models.first : nil)
    guard let model, let table = view.weightsUse(of: model) else {
      let message =
        model == nil
        ? "the document has no model `\(name ?? "")`" : "the model has no weights file that can be read"
      context.client.show(.error, message)
      throw ResponseError(.requestFailed, message)
    }
    self.table = table
    self.name = model.declaration.name
    self.context = context
  }

  /// Shows the list as a file where the client can show files, and as a message elsewhere.
  func run() async throws(ResponseError) -> JSONValue {
    let text = table.text
    let uri = UserCache.write(Array(text.utf8), to: "lists/\(name).weights.txt")
    if let uri, context.client.capabilities.showsDocuments {
      _ = await context.client.request("window/showDocument", ["uri": .string(uri.text), "takeFocus": true])
    } else {
      context.client.show(.info, Self.beginning(of: text))
    }
    return ["text": .string(text), "uri": uri.map { .string($0.text) } ?? .null]
  }

  /// As much of a text as a message may have.
  private static func beginning(of text: String) -> String {
    let lines = text.split(separator: "\n")
    guard lines.count > 40 else { return text }
    return lines.prefix(40).joined(separator: "\n") + "\n… and \(lines.count - 40) more lines"
  }
}
