/// What a rewriting did, counted.
package struct Changes: Sendable {
  package struct Change: Hashable, Sendable {
    /// What was done, such as "removed".
    package var verb: String
    /// What it was done to, such as "Identity".
    package var subject: String
    /// What became of it, such as "into Conv"; empty in general.
    package var target: String
  }

  package private(set) var counts: [(change: Change, count: Int)] = []
  private var positions: [Change: Int] = [:]

  package init() {}

  package var isEmpty: Bool { counts.isEmpty }

  mutating func add(_ verb: String, _ subject: String, _ target: String = "", count: Int = 1) {
    guard count > 0 else { return }
    let change = Change(verb: verb, subject: subject, target: target)
    if let position = positions[change] {
      counts[position].count += count
    } else {
      positions[change] = counts.count
      counts.append((change, count))
    }
  }

  mutating func add(_ others: Changes) {
    for (change, count) in others.counts { add(change.verb, change.subject, change.target, count: count) }
  }

  /// Subjects that are no operators, which have no plural.
  private static let plurals: Set<String> = ["tensors", "inputs", "dimensions"]

  /// A line for each change, such as "folded 3 BatchNormalization into Conv".
  package var lines: [String] {
    counts.map { change, count in
      let isOne = count == 1 && Self.plurals.contains(change.subject)
      return "\(change.verb) \(count) \(isOne ? String(change.subject.dropLast()) : change.subject)"
        + (change.target.isEmpty ? "" : " \(change.target)")
    }
  }
}
