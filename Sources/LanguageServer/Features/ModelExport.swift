import Authoring
import Graphs
import JSON
import Semantics
import Tensors

/// Writes a model of an open document as ONNX: `mica.export`.
struct ModelExport {
  private let writing: ModelWriting

  init(_ document: Document, model: String?, _ context: RequestContext) throws(ResponseError) {
    writing = try ModelWriting(document, model: model, context)
  }

  /// Exports the model beside its text and tells the user where it is.
  func run() async throws(ResponseError) -> JSONValue {
    let name = writing.declaration.name
    let wanted = writing.path(name + ".onnx")
    return try await writing.run("Exporting \(name)") { progress throws(ResponseError) in
      let elaboration = try writing.elaborated(progress)
      let model = elaboration.model
      let path = try writing.write(model, of: elaboration, to: wanted, progress)
      let body = model.graph.regions[model.graph.body]
      let bytes = body.initializers.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
      writing.context.client.show(
        .info,
        "Wrote \(path): \(body.nodes.count) nodes, \(body.initializers.count) tensors of \(Quantity.bytes(bytes))")
      return ["path": .string(path), "uri": .string(DocumentURI(path: path).text)]
    }
  }
}
