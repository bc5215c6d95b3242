import Graphs

extension ModelHierarchy {
  /// The part that a place in a text stands for: the smallest whose text holds it, or else the first that begins in its line.
  ///
  /// Of the instances of a block it is the first one's. `nil` where nothing of the model comes from there.
  package func part(at offset: Int, of file: UInt32, line: Range<Int>) -> Int? {
    let here = parts.indices.dropFirst().filter { parts[$0].source?.file == file }
    func range(_ part: Int) -> Range<Int> {
      parts[part].source.map { Int($0.start)..<max(Int($0.start), Int($0.end)) } ?? 0..<0
    }
    // What a repetition makes begins where the repetition does.
    func isFolded(_ part: Int) -> Bool { [.repetition, .round].contains(parts[part].kind) }
    let around = here.filter { range($0).lowerBound <= offset && offset <= range($0).upperBound }
    let smallest = around.min { left, right in
      (range(left).count, isFolded(left) ? 1 : 0, left) < (range(right).count, isFolded(right) ? 1 : 0, right)
    }
    return smallest
      ?? here.filter { line.contains(range($0).lowerBound) && !isFolded($0) }.min {
        range($0).lowerBound < range($1).lowerBound
      }
  }
}
