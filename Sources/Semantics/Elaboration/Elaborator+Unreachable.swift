import Syntax

// Bodies that are never executed, whatever a model is given.

extension Elaborator {
  /// Reports the body of a `repeat` that is written to have no rounds.
  mutating func reportNoRounds(of statement: Syntax, _ source: Syntax, _ body: Syntax) {
    guard source.isWrittenOut, !program.isBroken(body.place) else { return }
    report(.neverExecuted(body, reason: "there are no rounds", removed: statement.wholeLines))
  }

  /// Reports the branch of an `if` that is not taken, where the condition is written to be true or false.
  ///
  /// - Parameters:
  ///   - parts: the condition, the body, and what follows `else` where there is such.
  ///   - isElse: whether the branch is that.
  mutating func reportOtherBranch(of parts: [Syntax], _ statement: Syntax, isElse: Bool) {
    guard parts[0].isWrittenOut, let branch = parts[safe: isElse ? 2 : 1], !program.isBroken(branch.place) else {
      return
    }
    let rest = Place(file: branch.place.file, range: parts[1].range.upperBound..<branch.range.upperBound)
    let removed = isElse ? rest : parts.count > 2 ? nil : statement.wholeLines
    report(
      .neverExecuted(branch, reason: "the condition is always \(isElse ? "true" : "false")", removed: removed))
  }
}

extension Syntax {
  /// Whether an expression is made of numbers and truth values alone.
  var isWrittenOut: Bool {
    switch kind {
    case .integer, .float, .boolean: true
    case .range, .unary, .binary: children.allSatisfy(\.isWrittenOut)
    default: false
    }
  }
}
