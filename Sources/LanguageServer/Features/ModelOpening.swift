import Formats
import Glibc
import JSON
import Semantics
import Tensors
import Workspace

/// Shows an ONNX file as Mica text: `mica.openModel`.
struct ModelOpening {
  private let path: String
  private let context: RequestContext

  /// - Throws: where the URI is no ONNX file's.
  init(uri: String, _ context: RequestContext) throws(ResponseError) {
    guard let path = DocumentURI(uri).path, path.hasSuffix(".onnx") else {
      throw ResponseError(.invalidParams, "`\(ExecuteCommandRequest.openModel)` takes the URI of an .onnx file: \(uri)")
    }
    self.path = path
    self.context = context
  }

  /// Writes the text beside the file, where it is not there already, and shows it where the client can show files.
  ///
  /// A text that is there stays, for it may have been edited. Where the file has changed since, the user is told.
  func run() async throws -> JSONValue {
    let target = path.dropLast(".onnx".utf8.count) + ".mica"
    let isThere = access(String(target), F_OK) == 0
    if !isThere { try write(to: String(target)) }
    let isStale = isThere && isOlder(target: String(target)) && isOfFile(String(target))
    if isStale {
      context.client.show(
        .warning,
        "\(path) has changed since \(target) was written, which may say another model; delete or rename the text, and "
          + "open the file again")
    }
    let uri = DocumentURI(path: String(target))
    if context.client.capabilities.showsDocuments {
      _ = await context.client.request("window/showDocument", ["uri": .string(uri.text), "takeFocus": true])
    } else {
      context.client.show(.info, isThere ? "\(target) is there already" : "Wrote \(target)")
    }
    return [
      "path": .string(String(target)), "uri": .string(uri.text), "created": .bool(!isThere), "stale": .bool(isStale),
    ]
  }

  /// Whether the file was written to after the text.
  private func isOlder(target: String) -> Bool {
    guard let text = FileStamp(target), let file = FileStamp(path) else { return false }
    return text.isOlder(than: file)
  }

  /// Whether a text is one of the file, rather than one that the file was exported from.
  private func isOfFile(_ target: String) -> Bool {
    guard let bytes = try? MappedFile(path: target).withBytes({ Array($0) }) else { return false }
    return Program(SourceFile(path: target, source: bytes, number: 0)).models.contains(where: \.isVerbatim)
  }

  private func write(to target: String) throws(ResponseError) {
    do {
      let model = try ONNXReader.read(path)
      let text = try ModelText.text(of: model, in: path, at: target)
      let file = try OutputFile(path: target)
      try file.write(text)
      try file.commit()
    } catch {
      let message =
        error is InexpressibleModel ? "\(path): this model \(error)" : "\(error)"
      context.client.show(.error, message)
      throw ResponseError(.requestFailed, message)
    }
  }
}
