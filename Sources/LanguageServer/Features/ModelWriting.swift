import Authoring
import Formats
import Graphs
import Semantics
import Syntax
import Tensors
import Workspace

/// A model of an open document on its way to a file beside it: the text as it is in the editor, saved or not.
struct ModelWriting {
  let document: Document
  let declaration: Declaration
  let context: RequestContext
  /// The folder of the document, with a slash at its end.
  private let folder: Substring

  /// - Throws: where the document is no file, or has no such model; the user is told.
  init(_ document: Document, model name: String?, _ context: RequestContext) throws(ResponseError) {
    self.document = document
    self.context = context
    guard let source = document.uri.path, let slash = source.lastIndex(of: "/") else {
      throw Self.refused("save the document first: the model is written beside it", context)
    }
    folder = source[...slash]
    let models = document.view.analysis.program.models
    guard let model = models.first(where: { $0.name == name }) ?? (name == nil ? models.first : nil) else {
      throw Self.refused("the document has no model `\(name ?? "")`", context)
    }
    declaration = model
  }

  /// A file beside the document.
  func path(_ fileName: String) -> String { folder + fileName }

  /// Does something of which the client shows the progress, and tells the user what goes wrong.
  func run<Result>(
    _ title: String, _ work: (Progress) throws(ResponseError) -> Result
  ) async throws(ResponseError) -> Result {
    let progress = await Progress.begin(title, of: context)
    do throws(ResponseError) {
      let result = try work(progress)
      progress.end("written")
      return result
    } catch {
      progress.end(error.code == .requestCancelled ? "cancelled" : "failed")
      if error.code != .requestCancelled { context.client.show(.error, error.message) }
      throw error
    }
  }

  /// The model with its weights, as a file is to have it.
  func elaborated(_ progress: Progress) throws(ResponseError) -> Elaboration {
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
      throw failed(problem.message)
    }
    if elaboration.model.producerName.isEmpty, !elaboration.isVerbatim { elaboration.model.producerName = "mica" }
    return elaboration
  }

  /// Writes a model that was made of the elaborated one.
  func write(
    _ model: Model, of elaboration: Elaboration, to path: String, _ progress: Progress
  ) throws(ResponseError) {
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
      throw failed("\(error)")
    }
    try checkCancellation(progress)
  }

  func checkCancellation(_ progress: Progress) throws(ResponseError) {
    if progress.isCancelled { throw ResponseError(.requestCancelled, "cancelled; nothing was written") }
  }

  /// Why the model was not written.
  func failed(_ reason: String) -> ResponseError {
    ResponseError(.requestFailed, "\(declaration.name) was not written: \(reason)")
  }

  private static func refused(_ message: String, _ context: RequestContext) -> ResponseError {
    context.client.show(.error, message)
    return ResponseError(.requestFailed, message)
  }
}
