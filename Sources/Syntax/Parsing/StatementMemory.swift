/// Statements that were read, by the kinds of their tokens.
///
/// Networks repeat their layers. Where no word of a line may be a keyword, the kinds of its tokens decide what it is: the
/// nodes of a line with the same kinds are a copy of those of the first one.
struct StatementMemory {
  private struct Entry {
    var hash: UInt64
    /// The tokens and the nodes of the statement, and how many constructs are around it.
    var tokens: Range<Int>
    var nodes: Range<Int>
    var depth: Int
  }

  private var entries: [Entry] = []
  /// The number of the entry that stands in each place; -1 where none does.
  private var slots = [Int32](repeating: -1, count: 64)

  /// More than these are not looked for: a text whose lines are all different gains nothing.
  private static let limit = 4096

  /// A line that is looked for.
  struct Key {
    var line: Range<Int>
    var depth: Int
    fileprivate var hash: UInt64

    init(_ line: Range<Int>, of tokens: Tokens, depth: Int) {
      self.line = line
      self.depth = depth
      // FNV-1a.
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for token in line { hash = (hash ^ UInt64(tokens.kinds[token].rawValue)) &* 0x0000_0100_0000_01b3 }
      self.hash = hash ^ hash >> 32
    }
  }

  /// The first token and the nodes of a statement like a line; `nil` where none is known.
  func statement(_ key: Key, in tokens: Tokens) -> (first: Int, nodes: Range<Int>)? {
    let entry = slots[slot(of: key, in: tokens)]
    return entry >= 0 ? (entries[Int(entry)].tokens.lowerBound, entries[Int(entry)].nodes) : nil
  }

  /// Remembers the nodes of a line like which none is known.
  mutating func remember(_ nodes: Range<Int>, _ key: Key, in tokens: Tokens) {
    guard entries.count < Self.limit else { return }
    slots[slot(of: key, in: tokens)] = Int32(truncatingIfNeeded: entries.count)
    entries.append(Entry(hash: key.hash, tokens: key.line, nodes: nodes, depth: key.depth))
    if entries.count * 2 > slots.count { grow() }
  }

  /// Where a line stands in the table, or would.
  private func slot(of key: Key, in tokens: Tokens) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.hash) & mask
    while slots[slot] >= 0, !isLike(entries[Int(slots[slot])], key, in: tokens) { slot = (slot + 1) & mask }
    return slot
  }

  private func isLike(_ entry: Entry, _ key: Key, in tokens: Tokens) -> Bool {
    guard entry.hash == key.hash, entry.depth == key.depth, entry.tokens.count == key.line.count else { return false }
    let offset = entry.tokens.lowerBound - key.line.lowerBound
    for token in key.line where tokens.kinds[token] != tokens.kinds[token + offset] { return false }
    return true
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

extension Parser {
  /// Reads a statement; one that is a line like another is not read again.
  mutating func parseStatement() {
    guard kind == .identifier, newlines == .end, brackets.isBalanced, let line = tokens.plainLine(from: position),
      !continuesLine(line.upperBound)
    else { return parseNewStatement() }
    let key = StatementMemory.Key(line, of: tokens, depth: depth)
    if let (first, nodes) = statements.statement(key, in: tokens) {
      builder.copy(nodes, shift: position - first)
      position = line.upperBound
      return
    }
    let (first, problems) = (builder.nodes.count, problemCount)
    parseNewStatement()
    if position == line.upperBound, problemCount == problems, builder.lastKind == .binding {
      statements.remember(first..<builder.nodes.count, key, in: tokens)
    }
  }
}
