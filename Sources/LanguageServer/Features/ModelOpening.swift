import Formats
import Glibc
import JSON
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
  func run() async throws -> JSONValue {
    let target = path.dropLast(".onnx".utf8.count) + ".mica"
    let isThere = access(String(target), F_OK) == 0
    if !isThere { try write(to: String(target)) }
    let uri = DocumentURI(path: String(target))
    if context.client.capabilities.showsDocuments {
      _ = await context.client.request("window/showDocument", ["uri": .string(uri.text), "takeFocus": true])
    } else {
      context.client.show(.info, isThere ? "\(target) is there already" : "Wrote \(target)")
    }
    return ["path": .string(String(target)), "uri": .string(uri.text), "created": .bool(!isThere)]
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
