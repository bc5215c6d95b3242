import Semantics
package import Syntax

/// A change of a text that leaves every exported graph as it is, but for what its title says.
package struct Refactoring: Sendable {
  package enum Kind: Sendable {
    case extract, inline, rewrite
  }

  package var title: String
  package var kind: Kind
  package var edits: [Fix.Edit]
}

extension EditorView {
  /// What can be done with a selection, or at a cursor, each proved to change nothing that is exported.
  package func refactorings(in range: Range<Int>, proof: RefactoringProof) -> [Refactoring] {
    guard !tree.diagnostics.contains(where: { $0.severity == .error }) else { return [] }
    let proposals =
      inlining(at: range) + extraction(of: range) + folding(of: range) + rollingUp(range) + unrolling(at: range)
      + naming(at: range) + pipeForms(at: range)
    let others = [dynamicBatch(at: range, proof: proof)].compactMap(\.self)
    guard !proposals.isEmpty, let proven = ProvenTexts(file, proof) else { return others }
    return others
      + proposals.compactMap { proposal in
        // The proposal that comes first is the one that reads best.
        for text in proposal.texts {
          if let edits = proven.edits(to: text) {
            return Refactoring(title: proposal.title, kind: proposal.kind, edits: edits)
          }
        }
        return nil
      }
  }
}

/// A refactoring that is not proved yet.
struct RefactoringProposal {
  var title: String
  var kind: Refactoring.Kind
  /// Whole texts, the best first.
  var texts: [[UInt8]]
}

extension [UInt8] {
  /// The text with ranges of it replaced, which must be apart.
  func replacing(_ changes: [(range: Range<Int>, text: String)]) -> [UInt8] {
    var result = self
    for (range, text) in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      result.replaceSubrange(range, with: Array(text.utf8))
    }
    return result
  }
}
