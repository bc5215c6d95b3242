import Semantics
import Syntax

/// What an edit of statements in a model's body changes in the analysis of the text.
struct ViewRevision {
  /// The analysis of the statements that were executed again, with their diagnostics.
  let view: EditorView
  /// Where these statements are in the new text.
  let ranges: [Range<Int>]
  /// What was wrong with the statements that they replace.
  let dropped: [Diagnostic]
  /// What is unused in the file now, at places of either text.
  let unused: [UnusedNames.Fact]
  /// What is known of the earlier text, and of these statements, over the graph of the new text; `nil` where only analysing
  /// the whole text tells that.
  let joined: Lazy<(steady: EditorView, own: EditorView)?>
  /// Whether the statements, or those that they replace, bind names to what is known before the graph runs.
  let bindsConfiguration: Lazy<Bool>

  /// `nil` where the text has to be analysed as a whole.
  init?(_ file: SourceFile, _ steady: EditorView, _ changes: TextChanges) {
    let (old, new) = (steady.file.tree, file.tree)
    guard old.diagnostics.isEmpty, new.diagnostics.isEmpty, changes.all.count <= 16,
      let (model, revision) = BodyRevision.between(old, new, changes),
      let elaboration = steady.analysis.elaborations.first(where: { $0.declaration.syntax == model }),
      let revised = elaboration.revised(revision, in: steady.analysis.program.revised(file))
    else { return nil }
    let view = steady.revised(file, by: revised)
    joined = Lazy {
      revised.joined(with: elaboration).map { joined in
        (steady.replacing(joined.base, knowing: file), view.replacing(joined.revised, knowing: file))
      }
    }
    self.view = view
    let (ranges, oldRanges) = (revised.new.map(\.range), revised.old.map(\.range))
    bindsConfiguration = Lazy {
      view.bindsConfiguration(in: ranges) || steady.bindsConfiguration(in: oldRanges)
    }
    self.ranges = ranges
    unused = steady.analysis.unused.value.revised(revision, of: elaboration.declaration)
    dropped = steady.analysis.project.lint.applied(to: revised.dropped)
  }
}

extension BodyRevision {
  /// How the bodies of the one declaration differ that the changes are in; `nil` where anything else differs as well.
  fileprivate static func between(
    _ old: SyntaxTree, _ new: SyntaxTree, _ changes: TextChanges
  ) -> (model: Syntax, revision: BodyRevision)? {
    guard let first = changes.all.first, let last = changes.all.last else { return nil }
    let (before, after) = (Array(old.root.children), Array(new.root.children))
    guard before.count == after.count,
      let index = before.firstIndex(where: { $0.range.upperBound >= first.old.lowerBound }),
      before[index].kind == .modelDeclaration, after[index].kind == .modelDeclaration,
      let oldBody = before[index].child(.body), let newBody = after[index].child(.body),
      first.old.lowerBound > oldBody.range.lowerBound, last.old.upperBound < oldBody.range.upperBound,
      // What an editor is told in comments counts for the whole text.
      !changes.all.contains(where: { old.source.mentionsPreview(in: $0.old) || new.source.mentionsPreview(in: $0.new) })
    else { return nil }
    var revision = BodyRevision(old: oldBody.childList, new: newBody.childList, replaced: [])
    for change in changes.all {
      let range = (old: revision.old.touching(change.old), new: revision.new.touching(change.new))
      if let last = revision.replaced.last,
        last.old.upperBound > range.old.lowerBound || last.new.upperBound > range.new.lowerBound
      {
        revision.replaced[revision.replaced.count - 1] = (
          last.old.lowerBound..<range.old.upperBound, last.new.lowerBound..<range.new.upperBound
        )
      } else {
        revision.replaced.append(range)
      }
    }
    guard revision.isAligned(by: changes) else { return nil }
    return (before[index], revision)
  }

  /// Whether all other statements are the same ones, at the places to which the changes have moved them.
  private func isAligned(by changes: TextChanges) -> Bool {
    var (oldIndex, newIndex) = (0, 0)
    for (oldRange, newRange) in replaced + [(old.count..<old.count, new.count..<new.count)] {
      guard oldRange.lowerBound - oldIndex == newRange.lowerBound - newIndex, oldRange.lowerBound >= oldIndex else {
        return false
      }
      if oldIndex < oldRange.lowerBound {
        let growth = new.range(of: newIndex).lowerBound - old.range(of: oldIndex).lowerBound
        guard growth == changes.new(old.range(of: oldIndex).lowerBound) - old.range(of: oldIndex).lowerBound else {
          return false
        }
        guard old.areSame(oldIndex..<oldRange.lowerBound, as: newIndex, of: new, growth: growth) else { return false }
      }
      (oldIndex, newIndex) = (oldRange.upperBound, newRange.upperBound)
    }
    return true
  }
}

extension ChildList {
  /// The nodes that a range touches, among nodes in order.
  fileprivate func touching(_ range: Range<Int>) -> Range<Int> {
    let start = partition(indices) { $0.upperBound >= range.lowerBound }
    let end = partition(indices) { $0.lowerBound > range.upperBound }
    return start..<Swift.max(start, end)
  }
}

extension [UInt8] {
  /// Whether one of the lines of a range has a comment that an editor reads: `// mica: N=1`.
  fileprivate func mentionsPreview(in range: Range<Int>) -> Bool {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > 0, self[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    while end < count, self[end] != UInt8(ascii: "\n") { end += 1 }
    return self[start..<end].firstRange(of: Array("mica:".utf8)) != nil
  }
}
