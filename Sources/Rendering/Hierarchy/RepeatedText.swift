import Graphs
import Semantics
import Syntax

/// Finds what rounds of `repeat` have made: parts whose places in the text come again and again in the same order.
struct RepeatedText {
  /// Rounds of a length among parts that follow each other.
  struct Run: Hashable {
    var start: Int
    var period: Int
    var rounds: Int
  }

  /// The ranges of `repeat` statements by file.
  private var ranges: [UInt32: [Range<Int>]] = [:]

  init(_ files: [SourceFile]) {
    for file in files {
      for node in file.tree.root.children { collect(node, of: file.tree.file) }
    }
  }

  private mutating func collect(_ node: Syntax, of file: UInt32) {
    if node.kind == .repeatStatement { return ranges[file, default: []].append(node.range) }
    for child in node.children { collect(child, of: file) }
  }

  private func isRepeated(_ source: SourceRange) -> Bool {
    ranges[source.file]?.contains { $0.lowerBound <= source.start && source.end <= $0.upperBound } ?? false
  }

  /// Where a part comes from; two of one block that come from the same are of two rounds, or of one call.
  private struct Key: Hashable {
    var source: SourceRange
    var callee: String
  }

  /// The runs among the parts of one part, in order; the longest where several begin at one part.
  func runs(_ parts: [ModelHierarchy.Part]) -> [Run] {
    let keys = parts.map { part in
      part.source.flatMap { isRepeated($0) ? Key(source: $0, callee: part.callee) : nil }
    }
    var places: [Key: [Int]] = [:]
    for (index, key) in keys.enumerated() { if let key { places[key, default: []].append(index) } }
    var runs: [Run] = []
    var start = 0
    while start < keys.count {
      if let run = longestRun(at: start, keys, places) {
        runs.append(run)
        start += run.period * run.rounds
      } else {
        start += 1
      }
    }
    return runs
  }

  private func longestRun(at start: Int, _ keys: [Key?], _ places: [Key: [Int]]) -> Run? {
    guard let key = keys[start], let last = places[key]?.last, last > start else { return nil }
    var best: Run?
    // What one call makes several times is a few candidates; a round's first part is nearly always among the next.
    for place in (places[key] ?? []).drop(while: { $0 <= start }).prefix(16) {
      let period = place - start
      var same = 0
      while place + same < keys.count, let key = keys[start + same], key == keys[place + same] { same += 1 }
      let run = Run(start: start, period: period, rounds: 1 + same / period)
      if run.rounds > 1, run.period * run.rounds > (best.map { $0.period * $0.rounds } ?? 0) { best = run }
      if let best, best.start + best.period * best.rounds > last { break }
    }
    return best
  }
}
