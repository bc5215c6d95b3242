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
  private var slots = [Slot](repeating: Slot(), count: 64)

  private struct Entry: Sendable {
    /// The first eight bytes.
    var head: UInt64
    var start: Int
    var count: Int
  }

  /// A place of the table: whoever passes it by looks at no entry.
  private struct Slot: Sendable {
    /// The hash of the name that stands here.
    var hash: UInt32 = 0
    /// The name's number; -1 where none stands here.
    var index: Int32 = -1
  }

  /// A name as it is looked for.
  private struct Key {
    var head: UInt64
    var hash: UInt32

    init(_ spelling: Range<Int>, of text: RawSpan) {
      head = text.word(spelling.lowerBound..<min(spelling.lowerBound + 8, spelling.upperBound))
      var hasher = ByteHash()
      hasher.combine(head)
      hasher.combine(UInt64(truncatingIfNeeded: spelling.count))
      if spelling.count > 8 { hasher.combine((spelling.lowerBound + 8)..<spelling.upperBound, of: text) }
      hash = UInt32(truncatingIfNeeded: hasher.value)
    }
  }

  /// Makes room for so many names in all.
  mutating func reserveCapacity(_ count: Int) {
    entries.reserveCapacity(count)
    var size = slots.count
    while size < count * 2 { size *= 2 }
    if size > slots.count { grow(to: size) }
  }

  /// The name that some bytes of a text spell.
  mutating func name(_ range: Range<Int>, in source: [UInt8]) -> Name { name(range, of: source.span.bytes) }

  mutating func name(_ text: String) -> Name {
    let text = text.utf8.span.bytes
    return name(0..<text.byteCount, of: text)
  }

  private mutating func name(_ spelling: Range<Int>, of text: RawSpan) -> Name {
    let key = Key(spelling, of: text)
    let slot = slot(of: key, spelling, of: text)
    if slots[slot].index >= 0 { return Name(index: Int(slots[slot].index)) }
    let name = Name(index: entries.count)
    entries.append(Entry(head: key.head, start: bytes.count, count: spelling.count))
    text.extracting(spelling).withUnsafeBytes { bytes.append(contentsOf: $0) }
    slots[slot] = Slot(hash: key.hash, index: Int32(truncatingIfNeeded: name.index))
    if entries.count * 2 > slots.count { grow(to: slots.count * 2) }
    return name
  }

  /// The name that a text is; `nil` where it was never met.
  func known(_ text: String) -> Name? {
    let text = text.utf8.span.bytes
    let spelling = 0..<text.byteCount
    let index = slots[slot(of: Key(spelling, of: text), spelling, of: text)].index
    return index >= 0 ? Name(index: Int(index)) : nil
  }

  /// Calls back with the bytes of a name.
  func withBytes(of name: Name, _ body: (UnsafeRawBufferPointer) -> Void) {
    let entry = entries[name.index]
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[entry.start..<(entry.start + entry.count)])) }
  }

  func text(of name: Name) -> String {
    let entry = entries[name.index]
    return String(decoding: bytes[entry.start..<(entry.start + entry.count)], as: UTF8.self)
  }

  /// Where a name stands in the table, or would.
  @inline(__always)
  private func slot(of key: Key, _ spelling: Range<Int>, of text: RawSpan) -> Int {
    let mask = slots.count - 1
    var slot = Int(key.hash) & mask
    while slots[slot].index >= 0 {
      if slots[slot].hash == key.hash, isName(Int(slots[slot].index), key, spelling, of: text) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func isName(_ index: Int, _ key: Key, _ spelling: Range<Int>, of text: RawSpan) -> Bool {
    guard entries[index].head == key.head, entries[index].count == spelling.count else { return false }
    // Most names are no longer than what was compared.
    guard spelling.count > 8 else { return true }
    let known = bytes.span.bytes
    let distance = entries[index].start - spelling.lowerBound
    var next = spelling.lowerBound + 8
    while next < spelling.upperBound {
      let end = min(next + 8, spelling.upperBound)
      guard text.word(next..<end) == known.word((next + distance)..<(end + distance)) else { return false }
      next = end
    }
    return true
  }

  private mutating func grow(to count: Int) {
    let known = slots
    slots = Array(repeating: Slot(), count: count)
    for slot in known where slot.index >= 0 {
      var place = Int(slot.hash) & (count - 1)
      while slots[place].index >= 0 { place = (place + 1) & (count - 1) }
      slots[place] = slot
    }
  }
}
