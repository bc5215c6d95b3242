import Semantics
package import Syntax

extension LiveView {
  /// The edits of all fixes that say the same in another spelling, or take away what has no effect; apart from each other.
  ///
  /// A problem counts that has one fix; whoever reads the text could not mean anything else.
  package var safeFixes: [Fix.Edit] {
    let syntax = Set(file.tree.diagnostics)
    var edits: [Fix.Edit] = []
    for diagnostic in settledDiagnostics.sorted(by: { $0.place.range.lowerBound < $1.place.range.lowerBound }) {
      guard syntax.contains(diagnostic) || ["foreign-spelling", "unused-ignore"].contains(diagnostic.identifier),
        diagnostic.fixes.count == 1,
        let fix = diagnostic.fixes.first,
        fix.edits.allSatisfy({ edit in
          edit.place.file == file.number
            && !edits.contains { $0.place.range.touches(edit.place.range) }
        })
      else { continue }
      edits += fix.edits
    }
    guard !edits.isEmpty else { return [] }
    let text = file.tree.source.replacing(edits.map { ($0.place.range, $0.replacement) })
    // Fixes may stand in each other's way.
    let before = file.tree.diagnostics.count
    return SyntaxTree.parse(text).diagnostics.count < before || before == 0 ? edits : []
  }
}
