import Authoring
import JSON
import Semantics
import Syntax
import Tensors
import Workspace

/// `textDocument/diagnostic` and `workspace/diagnostic`: what is wrong, when the client asks for it.
///
/// The identifier of a result is made from its contents, so that nothing is kept to know that it is unchanged.
enum PullDiagnosticsRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let items = DiagnosticTranslator(document, context.client.capabilities).all
    return .object(report(items, unlessKnownAs: context.parameters["previousResultId"]?.stringValue))
  }

  /// The open documents, and the files of the open folders as they are on disk.
  @Sendable static func answerWorkspace(_ context: RequestContext) async throws -> JSONValue {
    var known: [String: String] = [:]
    for previous in context.parameters["previousResultIds"]?.arrayValue ?? [] {
      if let uri = previous["uri"]?.stringValue { known[DocumentURI(uri).key] = previous["value"]?.stringValue }
    }
    var reports: [JSONValue] = []
    for document in context.documents.values.sorted(by: { $0.uri.text < $1.uri.text }) {
      try Task<Never, Never>.checkCancellation()
      let items = DiagnosticTranslator(document, context.client.capabilities).all
      var report = report(items, unlessKnownAs: known[document.uri.key])
      report["uri"] = .string(document.uri.text)
      report["version"] = .integer(Int64(document.version))
      reports.append(.object(report))
    }
    let files = context.folders.files.filter { context.documents[$0] == nil }
    context.memory.closedFiles.keepOnly(Set(files))
    for path in files {
      try Task<Never, Never>.checkCancellation()
      guard let items = context.memory.closedFiles.diagnostics(of: path, context) else { continue }
      let uri = DocumentURI(path: path)
      var report = report(items, unlessKnownAs: known[uri.key])
      report["uri"] = .string(uri.text)
      report["version"] = .null
      reports.append(.object(report))
    }
    return ["items": .array(reports)]
  }

  private static func report(_ items: [JSONValue], unlessKnownAs known: String?) -> JSONObject {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    // FNV-1a, 64 bits.
    for byte in JSONValue.array(items).serialized() { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let id = String(hash, radix: 16)
    if id == known { return ["kind": "unchanged", "resultId": .string(id)] }
    return ["kind": "full", "resultId": .string(id), "items": .array(items)]
  }
}
