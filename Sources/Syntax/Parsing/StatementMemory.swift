/// Statements that were read, by the kinds of their tokens.
///
/// Networks repeat their layers. Where no word of a line may be a keyword, the kinds of its tokens decide what it is: the
/// nodes of a line with the same kinds are a copy of those of the first one.
struct StatementMemory {
  private struct Entry {
    var hash: UInt64
    /// The tokens and the nodes of the statement, and how many constructs are around it.
    var tokens: Range<Int>
    var nodes: SyntaxTreeBuilder.Pattern
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
      hash = tokens.kindHash(line)
    }
  }

  /// The nodes of a statement like a line; `nil` where none is known.
  func nodes(_ key: Key, in tokens: Tokens) -> SyntaxTreeBuilder.Pattern? {
    let entry = slots[slot(of: key, in: tokens)]
    return entry >= 0 ? entries[Int(entry)].nodes : nil
  }

  /// Remembers the nodes of a line like which none is known.
  mutating func remember(_ nodes: SyntaxTreeBuilder.Pattern, _ key: Key, in tokens: Tokens) {
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
    entry.hash == key.hash && entry.depth == key.depth && entry.tokens.count == key.line.count
      && tokens.haveSameKinds(entry.tokens, as: key.line.lowerBound)
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
    if let nodes = statements.nodes(key, in: tokens) {
      builder.append(nodes, first: position)
      position = line.upperBound
      return
    }
    let (first, problems) = (builder.nodes.count, problemCount)
    parseNewStatement()
    if position == line.upperBound, problemCount == problems, builder.lastKind == .binding {
      statements.remember(builder.pattern(first..<builder.nodes.count, since: line.lowerBound), key, in: tokens)
    }
  }
}
