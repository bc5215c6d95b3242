import Graphs
import Operators
import Syntax

/// Calls of operators that were made before, by their text and by what is known of their arguments.
///
/// Networks repeat their layers. A call of an operator whose configuration is spelt out in numbers and strings means the
/// same wherever the same text stands and the same is known of its arguments: what it became in the graph once, it is
/// written as again, and nothing of it is evaluated, fitted or inferred.
struct CallMemory: Sendable {
  private struct Entry: Sendable {
    var hash: UInt64
    var callee: Name
    var tree: SyntaxTree
    var configuration: Range<Int>
    /// What is known of the arguments: a part of all entries' facts.
    var facts: Range<Int>
    var call: WrittenCall
  }

  private var entries: [Entry] = []
  private var facts: [Int32] = []
  /// The number of the entry that stands in each place; -1 where none does.
  private var slots = [Int32](repeating: -1, count: 64)

  /// A call as it is looked for.
  struct Key {
    let callee: Name
    let tree: SyntaxTree
    let configuration: Range<Int>
    /// What is known of the arguments, of the first `count` of these.
    private var facts = InlineArray<8, Int32>(repeating: 0)
    private(set) var count = 0
    private var hasher = ByteHash()

    init(callee: Name, tree: SyntaxTree, configuration: Range<Int>) {
      self.callee = callee
      self.tree = tree
      self.configuration = configuration
      hasher.combine(UInt64(truncatingIfNeeded: callee.index))
      hasher.combine(configuration, of: tree.source)
    }

    /// Adds what is known of the next argument.
    mutating func append(_ fact: Fact) {
      facts[count] = Int32(truncatingIfNeeded: fact.index)
      count += 1
      hasher.combine(UInt64(truncatingIfNeeded: fact.index))
    }

    var hash: UInt64 { hasher.value }

    func fact(_ index: Int) -> Int32 { facts[index] }
  }

  /// What a call became before; `nil` where none like it is remembered.
  func call(_ key: Key) -> WrittenCall? {
    let entry = slots[slot(of: key)]
    return entry >= 0 ? entries[Int(entry)].call : nil
  }

  /// Remembers what a call became, where none like it is remembered.
  mutating func remember(_ call: WrittenCall, _ key: Key) {
    let slot = slot(of: key)
    guard slots[slot] < 0 else { return }
    slots[slot] = Int32(truncatingIfNeeded: entries.count)
    let first = facts.count
    for index in 0..<key.count { facts.append(key.fact(index)) }
    entries.append(
      Entry(
        hash: key.hash, callee: key.callee, tree: key.tree, configuration: key.configuration,
        facts: first..<facts.count, call: call))
    if entries.count * 2 > slots.count { grow() }
  }

  /// Where a call stands in the table, or would.
  private func slot(of key: borrowing Key) -> Int {
    let mask = slots.count - 1
    let hash = key.hash
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0, !isCall(Int(slots[slot]), key, hash: hash) { slot = (slot + 1) & mask }
    return slot
  }

  private func isCall(_ entry: Int, _ key: borrowing Key, hash: UInt64) -> Bool {
    guard entries[entry].hash == hash, entries[entry].callee == key.callee, entries[entry].tree === key.tree,
      entries[entry].configuration.count == key.configuration.count, entries[entry].facts.count == key.count
    else { return false }
    let first = entries[entry].facts.lowerBound
    for index in 0..<key.count where facts[first + index] != key.fact(index) { return false }
    let offset = entries[entry].configuration.lowerBound - key.configuration.lowerBound
    return key.tree.hasSameBytes(key.configuration, further: offset)
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(truncatingIfNeeded: index)
    }
  }
}
