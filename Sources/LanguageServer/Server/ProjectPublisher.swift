import Authoring
import JSON
import Synchronization
import Tensors
import Workspace

/// Publishes what is wrong with project files, at these files: those of the open texts, and those that are open themselves.
///
/// They are read beside the thread that reads messages, and what is new since waits until then.
final class ProjectPublisher: Sendable {
  private let client: Client
  private let state = Mutex(State())

  private struct State {
    var waiting: Subject?
    var isActive = false
    /// What was published last and is not empty, or is of an open file, by URI.
    var published: [String: Report] = [:]
  }

  private struct Subject {
    /// The paths of the open texts.
    var texts: [String]
    /// The project files that are open, as they are in the editor.
    var open: [Document]
  }

  private struct Report: Equatable {
    var version: Int?
    var diagnostics: [JSONValue]
  }

  init(_ client: Client) {
    self.client = client
  }

  /// Publishes what has changed, soon.
  func publish(_ documents: DocumentStore) {
    let subject = Subject(texts: documents.all.values.compactMap(\.uri.path), open: Array(documents.projects.values))
    let starts = state.withLock { state in
      state.waiting = subject
      defer { state.isActive = true }
      return !state.isActive
    }
    guard starts else { return }
    Task.detached { [self] in
      while let next = takeNext() { publish(reports(next)) }
    }
  }

  private func takeNext() -> Subject? {
    state.withLock { state in
      defer { state.waiting = nil }
      state.isActive = state.waiting != nil
      return state.waiting
    }
  }

  /// What is wrong by now; a client that asks for the diagnostics of open files is not told of these.
  private func reports(_ subject: Subject) -> [String: Report] {
    var reports: [String: Report] = [:]
    if !client.capabilities.pullsDiagnostics {
      for project in subject.open {
        reports[project.uri.text] = Report(version: project.version, diagnostics: diagnostics(of: project))
      }
    }
    let open = Set(subject.open.compactMap(\.uri.path).compactMap { ProjectFile.nearestFile(toFolderOf: $0) })
    for path in Set(subject.texts.compactMap { ProjectFile.nearestFile(toFolderOf: $0) }).subtracting(open) {
      guard let text = try? MappedFile.contents(of: path) else { continue }
      let uri = DocumentURI(path: path)
      let project = Document(
        uri: uri, version: 0, text: text, encoding: client.capabilities.encoding, overlay: [:], lint: LintLevels())
      let diagnostics = diagnostics(of: project)
      if !diagnostics.isEmpty { reports[uri.text] = Report(diagnostics: diagnostics) }
    }
    return reports
  }

  private func diagnostics(of project: Document) -> [JSONValue] {
    DiagnosticTranslator(project, client.capabilities).all
  }

  private func publish(_ reports: [String: Report]) {
    let published = state.withLock { state in
      defer { state.published = reports }
      return state.published
    }
    for (uri, report) in reports where published[uri] != report { notify(report, of: uri) }
    for uri in published.keys where reports[uri] == nil { notify(Report(diagnostics: []), of: uri) }
  }

  private func notify(_ report: Report, of uri: String) {
    var parameters: JSONObject = ["uri": .string(uri), "diagnostics": .array(report.diagnostics)]
    if let version = report.version { parameters["version"] = .integer(Int64(version)) }
    client.notify("textDocument/publishDiagnostics", .object(parameters))
  }
}
