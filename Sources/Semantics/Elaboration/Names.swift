/// A name that an elaboration has met, by its number in `Names`.
struct Name: Hashable, Sendable {
  let index: Int
}

/// The names that an elaboration has met, each once: what compares names or looks them up does so by their numbers.
///
/// A hash table with open addressing over the names' bytes; none is a string until somebody wants its text.
struct Names: Sendable {
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// The number of the name that stands in each place; -1 where none does.
  private var slots = [Int32](repeating: -1, count: 64)

  private struct Entry: Sendable {
    var hash: UInt64
    /// The first eight bytes.
    var head: UInt64
    var start: Int
    var end: Int
  }

  /// The name that some bytes of a text spell.
  mutating func name(_ range: Range<Int>, in source: [UInt8]) -> Name { name(source.span.extracting(range)) }

  private mutating func name(_ spelling: Span<UInt8>) -> Name {
    let (hash, head) = Self.hash(spelling)
    let slot = slot(of: spelling, hash: hash, head: head)
    if slots[slot] >= 0 { return Name(index: Int(slots[slot])) }
    let start = bytes.count
    for index in spelling.indices { bytes.append(spelling[index]) }
    return add(Entry(hash: hash, head: head, start: start, end: bytes.count), at: slot)
  }

  mutating func name(_ text: String) -> Name { name(text.utf8.span) }

  /// The name that a text is; `nil` where it was never met.
  func known(_ text: String) -> Name? {
    let spelling = text.utf8.span
    let (hash, head) = Self.hash(spelling)
    let index = slots[slot(of: spelling, hash: hash, head: head)]
    return index >= 0 ? Name(index: Int(index)) : nil
  }

  func text(of name: Name) -> String {
    let entry = entries[name.index]
    return String(decoding: bytes[entry.start..<entry.end], as: UTF8.self)
  }

  /// Where a name stands in the table, or would.
  @inline(__always)
  private func slot(of spelling: Span<UInt8>, hash: UInt64, head: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0, !isName(entries[Int(slots[slot])], spelling, hash: hash, head: head) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func isName(_ entry: Entry, _ spelling: Span<UInt8>, hash: UInt64, head: UInt64) -> Bool {
    guard entry.hash == hash, entry.head == head, entry.end - entry.start == spelling.count else { return false }
    // Most names are no longer than what was compared.
    guard spelling.count > 8 else { return true }
    for index in 8..<spelling.count where spelling[index] != bytes[entry.start + index] { return false }
    return true
  }

  private mutating func add(_ entry: Entry, at slot: Int) -> Name {
    let name = Name(index: entries.count)
    entries.append(entry)
    slots[slot] = Int32(truncatingIfNeeded: name.index)
    if entries.count * 2 > slots.count { grow() }
    return name
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

  /// A name's hash, and its first eight bytes as a number.
  private static func hash(_ spelling: Span<UInt8>) -> (hash: UInt64, head: UInt64) {
    var head: UInt64 = 0
    for index in 0..<min(8, spelling.count) { head = head << 8 | UInt64(spelling[index]) }
    var hasher = ByteHash()
    hasher.combine(head)
    hasher.combine(UInt64(truncatingIfNeeded: spelling.count))
    if spelling.count > 8 { hasher.combine(spelling.extracting(8...)) }
    return (hasher.value, head)
  }
}
