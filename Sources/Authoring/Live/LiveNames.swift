import Semantics
import Syntax

/// What is known of the names in a text while it is being edited, found where it was observed instead of at its new place: an
/// edit moves everything behind it, and few of that is asked for.
struct LiveNames: NameKnowledge, Sendable {
  /// The user's text with the graphs of what is known of it, and nothing that was observed.
  let view: EditorView
  private let steady: EditorView
  private let changes: TextChanges
  private let revised: EditorView?

  /// - Parameters:
  ///   - steady: the analysis of an earlier text.
  ///   - changes: how the file differs from that text.
  ///   - revised: the analysis of the statements that were executed again.
  init(_ file: SourceFile, _ steady: EditorView, _ changes: TextChanges, _ revised: EditorView?) {
    self.steady = steady
    self.changes = changes
    self.revised = revised
    view = steady.revised(
      file,
      elaborations: steady.analysis.elaborations.map { elaboration in
        var result = revised?.elaboration(of: elaboration.declaration) ?? elaboration
        result.observations = []
        return result
      })
  }

  func boundNames(in range: Range<Int>, beginning prefix: [UInt8], atMost limit: Int) -> [[String: BoundName]] {
    let start = changes.old(range.lowerBound)
    let known = steady.boundNames(
      in: start..<max(start, changes.old(range.upperBound)), beginning: prefix, atMost: limit
    ) { changes.new($0) != nil }
    .map { names in
      names.mapValues { known in
        var moved = known
        moved.start = changes.new(known.start)
        return moved
      }
    }
    guard let revised else { return known }
    let again = Dictionary(
      zip(
        revised.analysis.elaborations.map(\.declaration.syntax),
        revised.boundNames(in: range, beginning: prefix, atMost: limit))
    ) { first, _ in first }
    return zip(steady.analysis.elaborations, known).map { elaboration, known in
      known.merging(again[elaboration.declaration.syntax] ?? [:]) { $1.start >= $0.start ? $1 : $0 }
    }
  }

  func callee(_ syntax: Syntax) -> NamedCallee? {
    let place = syntax.place
    if let found = revised?.observation(at: place) { return view.callee(syntax, observed: found) }
    let old = changes.old(place.range.lowerBound)..<changes.old(place.range.upperBound)
    guard changes.new(old) == place.range else { return view.callee(syntax, observed: nil) }
    return view.callee(syntax, observed: steady.observation(at: Place(file: steady.file.number, range: old)))
  }
}

extension EditorView {
  /// The elaboration of a model of the file.
  func elaboration(of declaration: Declaration) -> Elaboration? {
    analysis.elaborations.first { $0.declaration.syntax == declaration.syntax }
  }
}
