import Authoring
import Formats
import Graphs
import JSON
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
  let folder: Substring

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

  /// Refuses what was offered for another version of the text; the user is told.
  static func checkVersion(
    of document: Document, _ argument: JSONValue?, _ context: RequestContext
  ) throws(ResponseError) {
    guard let version = argument?["version"]?.intValue, version != document.version else { return }
    let message = "the text has changed since this was offered; ask for it again"
    context.client.show(.error, message)
    throw ResponseError(.contentModified, message)
  }

  /// The model with its weights, as a file is to have it.
  ///
  /// - Parameter opset: the operator set to write for; the text's own where `nil`.
  func elaborated(_ progress: Progress, opset: Int? = nil) throws(ResponseError) -> Elaboration {
    let files = ProgramFiles(document.file, overlay: document.overlay)
    let project = files.project?.project ?? Project()
    var options = project.options(
      for: declaration, of: files.program, given: ElaborationOptions(opset: opset), bindsDimensions: false)
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

  /// Writes a model that was made of the elaborated one, and gives the path.
  ///
  /// A file that the text takes tensors from stays; then the model stands in another one beside it.
  func write(
    _ model: Model, of elaboration: Elaboration, to path: String, _ progress: Progress
  ) throws(ResponseError) -> String {
    try checkCancellation(progress)
    progress.report("writing \(path)")
    do throws(ONNXError) {
      var writing = ONNXWriter.Options()
      writing.replacesSources = false
      writing.isCancelled = { progress.isCancelled }
      if let source = elaboration.importedFile(ofTextAt: document.file.path) {
        writing.externalData = .asRead(from: source)
      }
      try ONNXWriter.write(model, to: path, options: writing)
    } catch {
      try checkCancellation(progress)
      if case .isSource = error, !path.hasSuffix(Self.editedSuffix) {
        let other = path.dropLast(".onnx".utf8.count) + Self.editedSuffix
        return try write(model, of: elaboration, to: String(other), progress)
      }
      throw failed("\(error)")
    }
    try checkCancellation(progress)
    return path
  }

  private static let editedSuffix = ".edited.onnx"

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
