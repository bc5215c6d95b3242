import Authoring
import Formats
import Graphs
import JSON
import Semantics
import Syntax
import Tensors
import Workspace

/// Writes a model of an open document as ONNX: the text as it is in the editor, saved or not.
struct ModelExport {
  private let document: Document
  private let modelName: String?
  private let context: RequestContext

  init(_ document: Document, model: String?, _ context: RequestContext) {
    self.document = document
    modelName = model
    self.context = context
  }

  /// Exports the model beside its text and tells the user where it is.
  func run() async throws -> JSONValue {
    guard let source = document.uri.path, let slash = source.lastIndex(of: "/") else {
      throw refused("save the document first: the model is written beside it")
    }
    let models = document.view.analysis.program.models
    guard let model = models.first(where: { $0.name == modelName }) ?? (modelName == nil ? models.first : nil) else {
      throw refused("the document has no model `\(modelName ?? "")`")
    }
    let path = source[...slash] + model.name + ".onnx"
    let progress = await Progress.begin("Exporting \(model.name)", of: context)
    do throws(ResponseError) {
      let result = try write(model, to: String(path), progress)
      progress.end("written")
      return result
    } catch {
      progress.end(error.code == .requestCancelled ? "cancelled" : "failed")
      if error.code != .requestCancelled { context.client.show(.error, error.message) }
      throw error
    }
  }

  private func write(_ declaration: Declaration, to path: String, _ progress: Progress) throws(ResponseError)
    -> JSONValue
  {
    let files = ProgramFiles(document.file, overlay: document.overlay)
    let project = files.project?.project ?? Project()
    var options = project.options(
      for: declaration, of: files.program, given: ElaborationOptions(), bindsDimensions: false)
    options.weightsOpener = files.weightsOpener
    var elaboration = files.program.elaborate(declaration, options: options)
    try checkCancellation(progress)
    progress.report("reading weights")
    var binder = WeightsBinder(open: files.weightsOpener)
    binder.bind(&elaboration, requiresFiles: true)
    if let problem = project.lint.applied(to: elaboration.diagnostics).first(where: { $0.severity == .error }) {
      throw ResponseError(.requestFailed, "\(declaration.name) was not exported: \(problem.message)")
    }
    var model = elaboration.model
    if model.producerName.isEmpty, !elaboration.isVerbatim { model.producerName = "mica" }
    try checkCancellation(progress)
    progress.report("writing \(path)")
    do {
      var writing = ONNXWriter.Options()
      writing.isCancelled = { progress.isCancelled }
      if let source = elaboration.importedFile(ofTextAt: document.file.path) {
        writing.externalData = .asRead(from: source)
      }
      try ONNXWriter.write(model, to: path, options: writing)
    } catch {
      try checkCancellation(progress)
      throw ResponseError(.requestFailed, "\(declaration.name) was not exported: \(error)")
    }
    try checkCancellation(progress)
    let body = model.graph.regions[model.graph.body]
    let bytes = body.initializers.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
    let uri = DocumentURI(path: path)
    context.client.show(
      .info,
      "Wrote \(path): \(body.nodes.count) nodes, \(body.initializers.count) tensors of \(Quantity.bytes(bytes))")
    return ["path": .string(path), "uri": .string(uri.text)]
  }

  private func checkCancellation(_ progress: Progress) throws(ResponseError) {
    if progress.isCancelled { throw ResponseError(.requestCancelled, "the export was cancelled; nothing was written") }
  }

  private func refused(_ message: String) -> ResponseError {
    context.client.show(.error, message)
    return ResponseError(.requestFailed, message)
  }
}
