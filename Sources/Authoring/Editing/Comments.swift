import Syntax

extension SyntaxTree {
  /// The comments before a token that stand on lines of their own, those of neighbouring lines together; alone is one behind
  /// other tokens of its line.
  func commentRuns(before token: Int) -> [[Range<Int>]] {
    var runs: [[Range<Int>]] = []
    for comment in TokenGap(before: token, in: self).comments {
      if comment.newlines == 1, let last = runs.last, !isBehindToken(last[0].lowerBound) {
        runs[runs.count - 1].append(comment.range)
      } else {
        runs.append([comment.range])
      }
    }
    return runs
  }

  /// Whether something stands before an offset in its line.
  private func isBehindToken(_ offset: Int) -> Bool {
    source[source.line(around: offset).lowerBound..<offset].contains {
      $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t")
    }
  }

  /// The comment at an offset, with those of the lines around it.
  func comment(at offset: Int) -> (own: Range<Int>, run: Range<Int>)? {
    let next = tokens.last(startingBefore: offset).map { $0 + 1 } ?? 0
    guard next < tokens.count else { return nil }
    for run in commentRuns(before: next) {
      guard let own = run.first(where: { $0.lowerBound <= offset && offset <= $0.upperBound }) else { continue }
      return (own, run[0].lowerBound..<run[run.count - 1].upperBound)
    }
    return nil
  }
}
