import Semantics
import Syntax

/// Prints diagnostics as `file:line:column: error[identifier]: message`, with what they relate to below.
struct DiagnosticPrinter {
  private let files: [UInt32: SourceFile]

  init(_ files: [SourceFile]) {
    self.files = Dictionary(uniqueKeysWithValues: (files + Library.files).map { ($0.number, $0) })
  }

  /// A text that is no Mica at all has a problem on each line: beyond this many, only their number is told.
  private static let limit = 100

  /// Prints in the order of the text, each problem once.
  func print(_ diagnostics: [Diagnostic]) {
    var printed: Set<Diagnostic> = []
    let ordered = diagnostics.enumerated().sorted {
      ($0.element.place.range.lowerBound, $0.offset) < ($1.element.place.range.lowerBound, $1.offset)
    }
    for (_, diagnostic) in ordered where printed.insert(diagnostic).inserted {
      guard printed.count <= Self.limit else { continue }
      Console.error(
        "\(position(of: diagnostic.place)): \(diagnostic.severity)[\(diagnostic.identifier)]: \(diagnostic.message)")
      for related in diagnostic.related {
        Console.error("    note: \(related.message): \(position(of: related.place))")
      }
    }
    if printed.count > Self.limit { Console.error("… and \(printed.count - Self.limit) more problems") }
  }

  private func position(of place: Place) -> String {
    guard let file = files[place.file] else { return "?:1:1" }
    let position = file.position(of: place.range.lowerBound)
    return "\(file.path):\(position.line):\(position.column)"
  }
}
