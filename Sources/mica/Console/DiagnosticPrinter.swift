import Semantics
import Syntax

/// Prints diagnostics as `file:line:column: error[identifier]: message`, with what they relate to below.
struct DiagnosticPrinter {
  /// A text that places may be in.
  struct Text {
    var path: String
    var source: [UInt8]
    var lines: LineIndex

    init(path: String, source: [UInt8], lines: LineIndex) {
      self.path = path
      self.source = source
      self.lines = lines
    }

    init(_ file: SourceFile) {
      self.init(path: file.path, source: file.tree.source, lines: file.lines)
    }
  }

  private let texts: [UInt32: Text]

  /// - Parameter texts: texts beside the Mica files, by their numbers; those of the library are known.
  init(_ files: [SourceFile], texts: [UInt32: Text] = [:]) {
    let known = (files + Library.files).map { ($0.number, Text($0)) }
    self.texts = texts.merging(known) { text, _ in text }
  }

  /// A text that is no Mica at all has a problem on each line: beyond this many, only their number is told.
  private static let limit = 100

  /// Prints in the order of the texts, each problem once.
  func print(_ diagnostics: [Diagnostic]) {
    var printed: Set<Diagnostic> = []
    let ordered = diagnostics.enumerated().sorted {
      let (left, right) = ($0.element.place, $1.element.place)
      return (left.file, left.range.lowerBound, $0.offset) < (right.file, right.range.lowerBound, $1.offset)
    }
    for (_, diagnostic) in ordered where printed.insert(diagnostic).inserted {
      guard printed.count <= Self.limit else { continue }
      line("\(position(of: diagnostic.place)): \(diagnostic.severity)[\(diagnostic.identifier)]: \(diagnostic.message)")
      for related in diagnostic.related {
        line("    note: \(related.message): \(position(of: related.place))")
      }
    }
    if printed.count > Self.limit { Console.error("… and \(printed.count - Self.limit) more problems") }
  }

  /// A problem is one line, whatever it quotes.
  private func line(_ text: String) { Console.error(Console.escaped(text, keepsNewlines: false)) }

  private func position(of place: Place) -> String {
    guard let text = texts[place.file] else { return "?:1:1" }
    let position = text.lines.position(of: place.range.lowerBound, in: text.source)
    return "\(text.path):\(position.line):\(position.column)"
  }
}
