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
  /// Why it is not possible here; then there are no edits.
  package var refusal: String?
}

/// Why something is not possible, in a clause.
struct RefactoringProblem: Error {
  var reason: String
  /// Whether a text stands, and is exported otherwise.
  var isOfExport = false
}

extension EditorView {
  /// What can be done with a selection, or at a cursor, each proved to change nothing that is exported; and what cannot,
  /// where it is what the selection is for.
  ///
  /// - Parameter isUsedElsewhere: whether other files use a block of this one.
  package func refactorings(
    in range: Range<Int>, proof: RefactoringProof, isUsedElsewhere: (_ block: String) throws -> Bool
  ) rethrows -> [Refactoring] {
    guard !tree.diagnostics.contains(where: { $0.severity == .error }) else { return [] }
    let proposals =
      try inlining(at: range, isUsedElsewhere) + extraction(of: range) + folding(of: range) + rollingUp(range)
      + unrolling(at: range) + naming(at: range) + pipeForms(at: range)
    let others = [dynamicBatch(at: range, proof: proof)].compactMap(\.self)
    guard !proposals.isEmpty else { return others }
    let proven: ProvenTexts
    do throws(RefactoringProblem) { proven = try ProvenTexts(file, proof) } catch {
      return others + proposals.compactMap { $0.refused($0.problem?.reason ?? error.reason) }
    }
    return others + proposals.compactMap { $0.proved(by: proven) }
  }
}

/// A refactoring that is not proved yet.
struct RefactoringProposal {
  var title: String
  var kind: Refactoring.Kind
  /// Whole texts, the best first.
  var texts: [[UInt8]]
  /// Whether there is something simpler for the same selection.
  var isOneOfMany = false
  /// Why there are none; `nil` for what is not spoken of where it is not possible.
  var problem: RefactoringProblem?
  /// Why none of the texts is exported as before, where that is known; what differs otherwise.
  var explanation: String?

  fileprivate func proved(by proven: ProvenTexts) -> Refactoring? {
    if let problem { return refused(problem.reason) }
    var problem = RefactoringProblem(reason: "")
    // The proposal that comes first is the one that reads best.
    for text in texts {
      do throws(RefactoringProblem) {
        return Refactoring(title: title, kind: kind, edits: try proven.provenEdits(to: text))
      } catch {
        problem = error
      }
    }
    return refused(problem.isOfExport ? explanation ?? problem.reason : problem.reason)
  }

  /// What is said of a block that cannot be extracted or inlined; `nil` for all else.
  fileprivate func refused(_ reason: String) -> Refactoring? {
    kind == .rewrite || isOneOfMany ? nil : Refactoring(title: title, kind: kind, edits: [], refusal: reason)
  }
}

extension [UInt8] {
  /// The text with ranges of it replaced, which must be apart; new lines end as those of the text do.
  func replacing(_ changes: [(range: Range<Int>, text: String)]) -> [UInt8] {
    var result = self
    let lineEnd = LineEnd(of: self)
    for (range, text) in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      result.replaceSubrange(range, with: lineEnd.applied(to: Array(text.utf8)))
    }
    return result
  }
}
