import Authoring
import Semantics
import Syntax
import Testing

/// A text as an editor sees it, with the cursor where `‸` stands.
struct EditedText {
  let view: EditorView
  let text: String
  /// The offset of the cursor.
  let offset: Int

  init(_ marked: String, project: Project = Project()) {
    let pieces = marked.split(separator: "‸", maxSplits: 1, omittingEmptySubsequences: false)
    offset = pieces[0].utf8.count
    text = pieces.joined()
    var options = ElaborationOptions()
    options.observes = true
    let program = Program(SourceFile(path: "test.mica", source: Array(text.utf8), number: 0))
    view = EditorView(
      Analysis(program, project: project, given: options) { statement in
        .failure(WeightsError(isMissing: true, message: "no \(statement.path)"))
      })
  }

  /// The bytes of a place, in whatever file it is.
  func text(of place: Place) -> String {
    let files = view.analysis.program.files + Library.files
    guard let file = files.first(where: { $0.number == place.file }) else { return "?" }
    return String(decoding: file.tree.source[place.range], as: UTF8.self)
  }

  /// The lines with their hints behind an arrow.
  var hinted: [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for hint in view.inlayHints(in: 0..<text.utf8.count) {
      let line = Array(text.utf8)[..<hint.offset].count { $0 == UInt8(ascii: "\n") }
      lines[line] += " ← \(hint.label)"
    }
    return lines.filter { $0.contains("←") }.map { $0.trimmed }
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
