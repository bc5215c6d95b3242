import Authoring
import Foundation
import Semantics
import Synchronization
import Syntax
import Testing

/// A text that is edited, as the language server follows it.
struct LiveText {
  private(set) var live: LiveView
  private static let numbers = Atomic<UInt32>(1 << 16)
  private let path: String
  private let analyses = AnalysisCounter()

  init(_ text: String, path: String = "test.mica") {
    self.path = path
    live = LiveView(Self.file(path, Array(text.utf8)), analyse: analyses.view)
  }

  /// A text of the examples.
  init(example: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/\(example).mica")
    self.init(try String(contentsOf: file, encoding: .utf8), path: "\(example).mica")
  }

  var source: [UInt8] { live.file.tree.source }

  mutating func replace(_ range: Range<Int>, with text: String) {
    var source = source
    source.replaceSubrange(range, with: text.utf8)
    var changes = live.basis.changes
    changes.replace(range, with: text.utf8.count)
    let tree = live.file.tree.reparsed(source, replacing: range, with: text.utf8.count, file: Self.nextNumber())
    live = LiveView(SourceFile(path: path, tree), after: live.basis.steady, changes, analyse: analyses.view)
  }

  /// How often a text was analysed in full so far, for this one and for those that it was made of.
  var analysisCount: Int { analyses.count }

  func replacing(_ range: Range<Int>, with text: String) -> LiveText {
    var copy = self
    copy.replace(range, with: text)
    return copy
  }

  /// The text analysed as if it had no past.
  var fresh: LiveView { LiveView(Self.file(path, source)) { Self.view($0) } }

  private static func file(_ path: String, _ source: [UInt8]) -> SourceFile {
    SourceFile(path: path, source: source, number: nextNumber())
  }

  private static func nextNumber() -> UInt32 { numbers.add(1, ordering: .relaxed).newValue }

  static func view(_ file: SourceFile) -> EditorView {
    var options = ElaborationOptions()
    options.observes = true
    return EditorView(
      Analysis(Program(file), given: options) { statement in
        .failure(WeightsError(isMissing: true, message: "no \(statement.path)"))
      })
  }
}

/// Analyses texts, and counts how many.
private final class AnalysisCounter: Sendable {
  private let counted = Atomic<Int>(0)

  var count: Int { counted.load(ordering: .relaxed) }

  var view: LiveView.Analyser {
    { file in
      self.counted.add(1, ordering: .relaxed)
      return LiveText.view(file)
    }
  }
}

extension LiveView {
  var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

  /// The hints of the whole text by the statements that they stand behind, but those that touch a range.
  func hints(besides range: Range<Int>) -> [String] {
    inlayHints(in: 0..<file.tree.source.count)
      .filter { $0.statement.upperBound < range.lowerBound || $0.statement.lowerBound > range.upperBound }
      .map { "\(String(decoding: file.tree.source[$0.statement], as: UTF8.self)) ← \($0.label)" }
  }

  /// What is said of each name outside a range, by the name.
  func hovers(besides range: Range<Int>) -> [String] {
    let tokens = file.tree.tokens
    return (0..<tokens.count).compactMap { token in
      let place = tokens.range(token)
      guard tokens.kinds[token] == .identifier,
        place.upperBound < range.lowerBound || place.lowerBound > range.upperBound
      else { return nil }
      let text = hover(at: place.lowerBound)?.plainText ?? "nothing"
      return "\(file.tree.text(token)): \(quotingLines(of: text, besides: range))"
    }
  }

  /// A text with the lines that it numbers in place of their numbers, but for those in a range.
  private func quotingLines(of text: String, besides range: Range<Int>) -> String {
    let lines = file.tree.source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return text.replacing(/line (\d+)/) { match in
      guard let number = Int(match.1), lines.indices.contains(number - 1) else { return "line \(match.1)" }
      let line = lines[number - 1]
      return line.startIndex <= range.upperBound && range.lowerBound <= line.endIndex
        ? "line" : "line `\(String(decoding: line, as: UTF8.self))`"
    }
  }
}
