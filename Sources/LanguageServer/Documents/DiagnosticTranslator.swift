import Authoring
import JSON
import Semantics
import Syntax

/// Diagnostics as the protocol writes them.
struct DiagnosticTranslator {
  private let document: Document
  private let capabilities: ClientCapabilities

  init(_ document: Document, _ capabilities: ClientCapabilities) {
    self.document = document
    self.capabilities = capabilities
  }

  /// All diagnostics.
  var all: [JSONValue] { document.uri.isProject ? projectDiagnostics() : syntax + semanticDiagnostics() }

  /// Those of a project file, at the levels that it gives them.
  private func projectDiagnostics() -> [JSONValue] {
    let (project, diagnostics) = Project.read(document.text, file: document.number)
    return ordered(project.lint.applied(to: diagnostics)).map { json(of: $0) }
  }

  /// The parser's.
  var syntax: [JSONValue] { document.file.tree.diagnostics.map { json(of: $0) } }

  /// All diagnostics but the parser's; those of an imported file stand at the import.
  func semanticDiagnostics() -> [JSONValue] {
    let live = document.live
    let syntax = Set(document.file.tree.diagnostics)
    var found: [JSONValue] = []
    var imported: [UInt32: [Diagnostic]] = [:]
    for diagnostic in ordered(document.diagnostics) where !syntax.contains(diagnostic) {
      if diagnostic.place.file == document.file.number {
        found.append(json(of: diagnostic))
      } else if diagnostic.severity == .error {
        imported[diagnostic.place.file, default: []].append(diagnostic)
      }
    }
    for (file, diagnostics) in imported.sorted(by: { $0.key < $1.key }) {
      found.append(json(ofImported: diagnostics, file: file, in: live))
    }
    return found
  }

  private func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.sorted { $0.place.range.lowerBound < $1.place.range.lowerBound }
  }

  /// What may go without anything being different: clients fade it out.
  private static let unnecessary: Set<String> = ["unreachable", "unused-import", "unused-parameter", "unused-value"]

  func json(of diagnostic: Diagnostic) -> JSONValue {
    var object: JSONObject = [
      "range": document.positions.range(of: visible(diagnostic.place.range)).json,
      "severity": .integer(severity(diagnostic.severity)),
      "code": .string(diagnostic.identifier),
      "source": "mica",
      "message": .string(diagnostic.message),
    ]
    if capabilities.takesCodeDescriptions, let link = DiagnosticPage.link(to: diagnostic.identifier) {
      object["codeDescription"] = ["href": .string(link)]
    }
    if Self.unnecessary.contains(diagnostic.identifier) { object["tags"] = [1] }
    if capabilities.takesRelatedInformation {
      let related = diagnostic.related.compactMap { related -> JSONValue? in
        document.location(of: related.place).map { ["location": $0, "message": .string(related.message)] }
      }
      if !related.isEmpty { object["relatedInformation"] = .array(related) }
    }
    return .object(object)
  }

  private func json(ofImported diagnostics: [Diagnostic], file: UInt32, in live: LiveView) -> JSONValue {
    let program = live.steady.analysis.program
    let place = program.main.imports.first { $0.files.contains(file) }.flatMap { live.current($0.place) }
    let path = program.files.first { $0.number == file }?.path ?? "an imported file"
    let count = diagnostics.count == 1 ? "1 error" : "\(diagnostics.count) errors"
    var problem = Diagnostic(
      diagnostics[0].identifier, "\(path) has \(count): \(diagnostics[0].message)",
      at: place ?? Place(file: document.file.number, range: 0..<0))
    problem.related = diagnostics.prefix(10).map { .init($0.message, at: $0.place) }
    return json(of: problem)
  }

  /// A range that can be seen: a place between two tokens is the character before it.
  private func visible(_ range: Range<Int>) -> Range<Int> {
    guard range.isEmpty, range.lowerBound > 0 else { return range }
    var start = range.lowerBound - 1
    while start > 0, document.text[start] & 0xC0 == 0x80 { start -= 1 }
    return document.text[start] == UInt8(ascii: "\n") ? range : start..<range.upperBound
  }

  private func severity(_ severity: Diagnostic.Severity) -> Int64 {
    switch severity {
    case .error: 1
    case .warning: 2
    case .hint: 4
    }
  }
}
