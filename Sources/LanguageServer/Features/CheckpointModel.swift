import Authoring
import Glibc
import JSON
import Semantics
import Syntax
import Tensors
import Workspace

/// Writes the model of a checkpoint, as far as its tensors tell: `mica.writeModel`.
///
/// A model that has nothing but its `weights` becomes it; otherwise it is a file beside the checkpoint.
struct CheckpointModel {
  static let kind = "refactor.rewrite"

  private enum Target {
    /// A new file for the checkpoint of a path.
    case file(checkpoint: String)
    /// The declaration of an open document that names the checkpoint.
    case declaration(Document, Syntax, weights: String)
  }

  private let target: Target
  private let context: RequestContext

  /// - Throws: where the URI is neither a weights file's nor an open document's with such a model.
  init(_ uri: String, _ argument: JSONValue, _ context: RequestContext) throws(ResponseError) {
    self.context = context
    let key = DocumentURI(uri)
    guard let document = context.documents[key.key] else {
      guard let path = key.path, NamedFiles.isWeightsFile(path) else {
        throw ResponseError(.invalidParams, "this is no weights file, and no open document: \(uri)")
      }
      target = .file(checkpoint: path)
      return
    }
    let name = argument["model"]?.stringValue
    let models = Self.models(of: document)
    guard let model = models.first(where: { $0.declaredName == name }) ?? (name == nil ? models.first : nil),
      let statement = Self.statements(of: model).first
    else { throw ResponseError(.invalidParams, "the document has no model `\(name ?? "")` with a weights file") }
    let weights = statement.child(.string)?.stringValue ?? ""
    if Self.isBare(model), context.client.capabilities.takesApplyEdit {
      target = .declaration(document, model, weights: weights)
    } else {
      target = .file(checkpoint: Self.path(weights, of: document))
    }
  }

  /// The action for the `weights` statement at the cursor, where its file is there.
  static func actions(in range: Range<Int>, _ document: Document, _ context: RequestContext) -> [JSONValue] {
    guard document.uri.path != nil else { return [] }
    for model in models(of: document) {
      guard let statement = statements(of: model).first, let name = statement.child(.string),
        case let place = statement.place.range, place.overlaps(range) || place.contains(range.lowerBound),
        access(path(name.stringValue, of: document), R_OK) == 0
      else { continue }
      let title = "Write the model for this checkpoint"
      let command: JSONValue = [
        "title": .string(title), "command": .string(ExecuteCommandRequest.writeModel),
        "arguments": [["uri": .string(document.uri.text), "model": .string(model.declaredName)]],
      ]
      guard context.client.capabilities.takesCodeActionLiterals else { return [command] }
      return [["title": .string(title), "kind": .string(kind), "command": command]]
    }
    return []
  }

  func run() async throws(ResponseError) -> JSONValue {
    switch target {
    case .file(let checkpoint): try await writeFile(for: checkpoint)
    case .declaration(let document, let model, let weights): try await replace(model, in: document, weights: weights)
    }
  }

  // MARK: A file

  private func writeFile(for checkpoint: String) async throws(ResponseError) -> JSONValue {
    let folder = ImportedFiles.folder(of: checkpoint)
    let fileName = String(checkpoint.dropFirst(folder.count))
    let model = Self.modelName(for: fileName)
    let base = folder + model
    let candidates = [base + ".mica"] + (2...1_000).map { "\(base)_\($0).mica" }
    guard let path = candidates.first(where: { access($0, F_OK) != 0 }) else {
      throw failed("there are too many files \(base)….mica")
    }
    let text = try text(of: fileName, model: model, at: path, taken: [])
    do {
      let file = try OutputFile(path: path)
      try file.write(text)
      try file.commit()
    } catch {
      throw failed("\(error)")
    }
    let uri = DocumentURI(path: path)
    if context.client.capabilities.showsDocuments {
      _ = await context.client.request("window/showDocument", ["uri": .string(uri.text), "takeFocus": true])
    } else {
      context.client.show(.info, "Wrote \(path)")
    }
    return ["path": .string(path), "uri": .string(uri.text)]
  }

  /// A model's name from that of a file.
  private static func modelName(for fileName: String) -> String {
    var stem = fileName[...]
    while let dot = stem.lastIndex(of: "."), dot > stem.startIndex { stem = stem[..<dot] }
    let letters = stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    let name = String(letters.prefix(60))
    return StartingFile.objection(to: name) == nil ? name : "net"
  }

  // MARK: A declaration

  private func replace(
    _ model: Syntax, in document: Document, weights: String
  ) async throws(ResponseError) -> JSONValue {
    let others = Set(document.view.analysis.program.main.declarations.keys)
    let text = try text(of: weights, model: model.declaredName, at: document.path, taken: others)
    let written = String(decoding: text, as: UTF8.self)
    // The document has its own operator set.
    let start = written.firstRange(of: "// Written")?.lowerBound ?? written.startIndex
    var edits = [Fix.Edit(model.place, written[start...].trimmingEnd)]
    let source = String(decoding: document.text, as: UTF8.self)
    if written[..<start].contains("import std.text"), !source.contains("import std.text") {
      let uses = document.file.tree.root.children.filter { $0.kind == .useDeclaration }
      let end = uses.last?.range.upperBound ?? 0
      edits.append(
        Fix.Edit(
          Place(file: document.file.number, range: end..<end), end == 0 ? "import std.text\n\n" : "\nimport std.text"))
    }
    let edit = TextEdits.workspaceEdit(edits, in: document, context.client.capabilities)
    _ = await context.client.request("workspace/applyEdit", ["label": "Write the model", "edit": edit])
    return .null
  }

  /// The models of a text as they are written, with whatever mistakes.
  private static func models(of document: Document) -> [Syntax] {
    document.file.tree.root.children.filter { $0.kind == .modelDeclaration }
  }

  /// Whether a model's body says where its weights are and nothing else.
  private static func isBare(_ model: Syntax) -> Bool {
    model.child(.body)?.children.allSatisfy { $0.kind == .weightsStatement } ?? false
  }

  private static func statements(of model: Syntax) -> [Syntax] {
    model.child(.body)?.children.filter { $0.kind == .weightsStatement } ?? []
  }

  private static func path(_ weights: String, of document: Document) -> String {
    weights.hasPrefix("/") ? weights : ImportedFiles.folder(of: document.path) + weights
  }

  // MARK: The text

  private func text(
    of weights: String, model: String, at target: String, taken: Set<String>
  ) throws(ResponseError) -> [UInt8] {
    do {
      return try CheckpointText.text(ofWeights: weights, model: model, at: target, taken: taken)
    } catch {
      throw failed(error.message)
    }
  }

  private func failed(_ reason: String) -> ResponseError {
    context.client.show(.error, reason)
    return ResponseError(.requestFailed, reason)
  }
}

extension Substring {
  /// The text without line ends behind it.
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}

extension Syntax {
  /// The name that a declaration gives; empty where it is not written yet.
  fileprivate var declaredName: String { child(.name)?.plainName ?? "" }
}
