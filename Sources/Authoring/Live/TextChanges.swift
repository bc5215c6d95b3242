/// Where a text differs from an earlier one: ranges of both, apart from each other and in order.
package struct TextChanges: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    /// What was replaced, in the earlier text.
    package var old: Range<Int>
    /// What stands there now.
    package var new: Range<Int>

    package init(old: Range<Int>, new: Range<Int>) {
      self.old = old
      self.new = new
    }
  }

  package private(set) var all: [Change] = []

  package init() {}

  package var isEmpty: Bool { all.isEmpty }

  /// Notes that a range of the later text was replaced by so many bytes.
  package mutating func replace(_ range: Range<Int>, with count: Int) {
    var merged = Change(old: old(range.lowerBound)..<old(range.upperBound), new: range)
    var first = all.count
    var end = all.count
    for (index, change) in all.enumerated() where change.new.upperBound >= range.lowerBound {
      first = min(first, index)
      if change.new.lowerBound > range.upperBound {
        end = index
        break
      }
      merged.old = min(merged.old.lowerBound, change.old.lowerBound)..<max(merged.old.upperBound, change.old.upperBound)
      merged.new = min(merged.new.lowerBound, change.new.lowerBound)..<max(merged.new.upperBound, change.new.upperBound)
    }
    let growth = count - range.count
    merged.new = merged.new.lowerBound..<(merged.new.upperBound + growth)
    all.replaceSubrange(first..<end, with: [merged])
    for index in all.indices.dropFirst(first + 1) { all[index].new = all[index].new.moved(by: growth) }
  }

  /// Leaves out what is the same in both texts, at the ends of each change.
  package mutating func trim(_ old: [UInt8], _ new: [UInt8]) {
    all = all.compactMap { change in
      var (before, after) = (change.old, change.new)
      while let first = before.first, let other = after.first, old[first] == new[other] {
        before.removeFirst()
        after.removeFirst()
      }
      while let last = before.last, let other = after.last, old[last] == new[other] {
        before.removeLast()
        after.removeLast()
      }
      return before.isEmpty && after.isEmpty ? nil : Change(old: before, new: after)
    }
  }

  /// Takes the earlier text for one in which the other changes were made already.
  package func keeping(_ isKept: (Change) -> Bool) -> TextChanges {
    var result = TextChanges()
    var growth = 0
    for change in all {
      if isKept(change) {
        result.all.append(Change(old: change.old.moved(by: growth), new: change.new))
      } else {
        growth += change.new.count - change.old.count
      }
    }
    return result
  }

  /// Takes a part of what a change has inserted for a change of its own.
  ///
  /// - Parameter part: the part of a change, in the later text; `nil` where the change stays one.
  func splitting(_ part: (Change) -> Range<Int>?) -> TextChanges {
    var result = TextChanges()
    result.all = all.flatMap { change -> [Change] in
      guard change.old.isEmpty, let part = part(change) else { return [change] }
      let pieces = [change.new.lowerBound..<part.lowerBound, part, part.upperBound..<change.new.upperBound]
      return pieces.filter { !$0.isEmpty }.map { Change(old: change.old, new: $0) }
    }
    return result
  }

  /// The place of an offset of the later text in the earlier one; inside a change, the nearest end that both have.
  package func old(_ offset: Int) -> Int {
    var growth = 0
    for change in all {
      if offset <= change.new.lowerBound { break }
      if offset < change.new.upperBound { return change.old.lowerBound }
      growth += change.new.count - change.old.count
    }
    return offset - growth
  }

  /// The place of an offset of the earlier text in the later one, likewise.
  package func new(_ offset: Int) -> Int {
    var growth = 0
    for change in all {
      if offset <= change.old.lowerBound { break }
      if offset < change.old.upperBound { return change.new.lowerBound }
      growth += change.new.count - change.old.count
    }
    return offset + growth
  }

  /// A range of the earlier text in the later one; `nil` where it was changed.
  package func new(_ range: Range<Int>) -> Range<Int>? {
    guard !all.contains(where: { $0.old.meets(range) }) else { return nil }
    return new(range.lowerBound)..<new(range.upperBound)
  }

  /// The changes that touch a range of the later text.
  func touching(new range: Range<Int>) -> [Change] { all.filter { $0.new.touches(range) } }
}

extension Range<Int> {
  func moved(by distance: Int) -> Range<Int> { (lowerBound + distance)..<(upperBound + distance) }

  /// Whether two ranges overlap or stand side by side.
  func touches(_ other: Range<Int>) -> Bool { lowerBound <= other.upperBound && other.lowerBound <= upperBound }

  /// Whether a change of this range changes something in the other one: an insertion at its end does not.
  func meets(_ other: Range<Int>) -> Bool {
    if other.isEmpty { return lowerBound < other.lowerBound && other.lowerBound < upperBound }
    if isEmpty { return other.lowerBound < lowerBound && lowerBound < other.upperBound }
    return overlaps(other)
  }
}
