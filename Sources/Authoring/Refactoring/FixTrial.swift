package import Semantics
package import Syntax

/// Tries fixes on the whole text, so that nobody is offered one that brings another problem.
package struct FixTrial: Sendable {
  private let file: SourceFile
  private let proof: RefactoringProof
  private let before: Lazy<Findings>

  /// How often a fix takes further ones along, and how many problems it may bring each time.
  private static let followUps = (rounds: 4, problems: 3)

  package init(_ file: SourceFile, _ proof: RefactoringProof) {
    self.file = file
    self.proof = proof
    before = Lazy { Findings(proof.analyse(file)) }
  }

  /// The fixes after which a diagnostic is gone and nothing else is wrong, in order.
  ///
  /// One that shows what the problem hid, as a misspelled callee hides its arguments', takes the fixes of that along.
  ///
  /// - Parameters:
  ///   - limit: how many are wanted.
  ///   - attempts: how many are tried.
  package func proven(_ fixes: [Fix], of diagnostic: Diagnostic, limit: Int = 3, attempts: Int = .max) -> [Fix] {
    var found: [(fix: Fix, remarks: Int)] = []
    for fix in fixes.prefix(attempts) where found.count < limit {
      if Task.isCancelled { return [] }
      if let proven = proven(fix, of: diagnostic), !found.contains(where: { $0.fix == proven.fix }) {
        found.append(proven)
      }
    }
    // Of several ways one that leaves something unused is not the one that is meant.
    let fewest = found.map(\.remarks).min()
    return found.filter { $0.remarks == fewest }.map(\.fix)
  }

  /// The fix, with those that it needs besides, and how many remarks there are then, which an error may have hidden; `nil`
  /// where another problem stays.
  private func proven(_ fix: Fix, of diagnostic: Diagnostic) -> (fix: Fix, remarks: Int)? {
    let problem = Findings.Key(diagnostic)
    let wasTold = max(before.value.counts[problem, default: 0], 1)
    var result = fix
    var changes = TextChanges()
    var source = file.tree.source
    var edits = fix.edits
    for round in 0...Self.followUps.rounds {
      guard edits.allSatisfy({ $0.place.file == file.number }), !edits.overlap else { return nil }
      for edit in edits.sorted(by: { $0.place.range.lowerBound > $1.place.range.lowerBound }) {
        let new = Array(edit.replacement.utf8)
        source.replaceSubrange(edit.place.range, with: new)
        changes.replace(edit.place.range, with: new.count)
      }
      let after = Findings(proof.analyse(SourceFile(path: file.path, source: source, number: file.number)))
      let brought = after.brought(to: before.value)
      if after.counts[problem, default: 0] < wasTold, brought.isEmpty {
        guard round > 0 else { return (fix, after.remarks.count) }
        result.edits = changes.all.map { change in
          Fix.Edit(
            Place(file: file.number, range: change.old), String(decoding: source[change.new], as: UTF8.self))
        }
        return (result, after.remarks.count)
      }
      let next = brought.compactMap(\.fixes.first)
      guard after.counts[problem, default: 0] < wasTold, brought.count <= Self.followUps.problems,
        next.count == brought.count
      else { return nil }
      for title in next.map(\.title) where !result.title.contains(title) { result.title += ". \(title)" }
      edits = next.flatMap(\.edits)
    }
    return nil
  }
}

/// What is told of a text.
private struct Findings: Sendable {
  /// A problem apart from its place.
  struct Key: Hashable {
    var identifier: String
    var message: String

    init(_ diagnostic: Diagnostic) {
      identifier = diagnostic.identifier
      message = diagnostic.message
    }
  }

  private(set) var counts: [Key: Int] = [:]
  /// The identifiers of what is told at each place.
  private var identifiers: [Int: Set<String>] = [:]
  private var diagnostics: [Diagnostic]
  /// What is told of declarations without errors alone.
  private(set) var remarks: Set<Diagnostic>
  private var hasErrors: Bool

  init(_ analysis: Analysis) {
    let file = analysis.program.file
    diagnostics = IgnoreComments(of: file.tree).applied(to: analysis.allDiagnostics).filter {
      $0.place.file == file.number
    }
    remarks = Set(analysis.remarks)
    hasErrors = diagnostics.contains { $0.severity == .error }
    for diagnostic in diagnostics {
      counts[Key(diagnostic), default: 0] += 1
      identifiers[diagnostic.place.range.lowerBound, default: []].insert(diagnostic.identifier)
    }
  }

  /// The problems that are told more often than in an earlier text, each once.
  func brought(to earlier: Findings) -> [Diagnostic] {
    var seen: Set<Key> = []
    return diagnostics.filter { diagnostic in
      let key = Key(diagnostic)
      guard counts[key, default: 0] > earlier.counts[key, default: 0], seen.insert(key).inserted else { return false }
      // What a remark lists may have become less.
      let wasThere = earlier.identifiers[diagnostic.place.range.lowerBound]?.contains(diagnostic.identifier) ?? false
      guard diagnostic.severity == .error || !wasThere else { return false }
      // An error hides remarks.
      return !earlier.hasErrors || !remarks.contains(diagnostic)
    }
  }
}

extension [Fix.Edit] {
  /// Whether two of them change the same bytes.
  fileprivate var overlap: Bool {
    let ranges = map(\.place.range).sorted { $0.lowerBound < $1.lowerBound }
    return zip(ranges, ranges.dropFirst()).contains { $0.overlaps($1) || $0 == $1 }
  }
}
