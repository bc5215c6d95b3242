import Syntax

/// Which statements of a body name what: the way from a name to them is short, however long the body is.
struct NameMentions: Sendable {
  /// How a statement names something.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    static let uses = Flags(rawValue: 1)
    static let binds = Flags(rawValue: 2)
    /// Only a walk through the statement tells what becomes of the name in it.
    static let isIntricate = Flags(rawValue: 4)
  }

  struct Mention: Sendable {
    /// The statement's place in the body.
    var statement: Int32
    var flags: Flags
  }

  private var names = Names()
  /// Where the mentions of each name begin.
  private var starts: [Int32] = []
  private var mentions: [Mention] = []
  /// Whether what a statement names is known only when it is elaborated.
  private(set) var isOpen = false

  init(_ statements: ChildList) {
    var found: [(name: Int32, mention: Mention)] = []
    // The last mention of each name.
    var last: [Int32] = []
    for (index, statement) in statements.enumerated() {
      isOpen =
        Self.forEach(in: statement) { node, flags in
          guard let text = Self.name(node, &names) else { return }
          if text.index >= last.count { last.append(contentsOf: repeatElement(-1, count: max(64, text.index))) }
          let known = Int(last[text.index])
          if known >= 0, found[known].mention.statement == index {
            found[known].mention.flags = found[known].mention.flags.joined(with: flags)
          } else {
            last[text.index] = Int32(truncatingIfNeeded: found.count)
            let mention = Mention(statement: Int32(truncatingIfNeeded: index), flags: flags)
            found.append((Int32(truncatingIfNeeded: text.index), mention))
          }
        } || isOpen
    }
    starts = Array(repeating: 0, count: last.count + 1)
    for mention in found { starts[Int(mention.name) + 1] += 1 }
    for index in last.indices { starts[index + 1] += starts[index] }
    var next = starts
    mentions = Array(repeating: Mention(statement: 0, flags: []), count: found.count)
    for mention in found {
      mentions[Int(next[Int(mention.name)])] = mention.mention
      next[Int(mention.name)] += 1
    }
  }

  private static func name(_ node: Syntax, _ names: inout Names) -> Name? {
    if node.kind == .name { return names.name(node.range, in: node.tree.source) }
    return node.plainName.map { names.name($0) }
  }

  /// The mentions of a name, in the order of the statements.
  subscript(name: String) -> ArraySlice<Mention> {
    guard let name = names.known(name), name.index + 1 < starts.count else { return [] }
    return mentions[Int(starts[name.index])..<Int(starts[name.index + 1])]
  }

  /// Calls `body` with each name in a statement and how it stands there.
  ///
  /// - Returns: whether it names something that is known only when it is elaborated.
  private static func forEach(in statement: Syntax, _ body: (Syntax, Flags) -> Void) -> Bool {
    var isOpen = false
    let shape: Flags = statement.isIntricate ? .isIntricate : []
    statement.forEachNameUse(inGraphs: false) { name, use in
      switch use {
      case .read: body(name, shape.union(.uses))
      case .bound: body(name, shape.union(.binds))
      case .interpolated: isOpen = true
      }
    }
    return isOpen
  }

  /// The names in some statements, with how they stand there; `nil` where that is known only when they are elaborated.
  static func all(in statements: some Sequence<(Int, Syntax)>) -> [String: [Mention]]? {
    var found: [String: [Mention]] = [:]
    for (index, statement) in statements {
      let isOpen = forEach(in: statement) { node, flags in
        guard let name = node.plainName else { return }
        var mention = Mention(statement: Int32(truncatingIfNeeded: index), flags: flags)
        if let last = found[name]?.last, last.statement == mention.statement {
          mention.flags = last.flags.joined(with: flags)
          found[name]?.removeLast()
        }
        found[name, default: []].append(mention)
      }
      if isOpen { return nil }
    }
    return found
  }
}

extension NameMentions.Flags {
  /// What a statement does that names something twice.
  fileprivate func joined(with other: Self) -> Self {
    contains(.binds) && other.contains(.binds) ? union(other).union(.isIntricate) : union(other)
  }
}

extension Syntax {
  /// Whether a statement has others in it.
  fileprivate var isIntricate: Bool {
    switch kind {
    case .ifStatement, .repeatStatement, .scopeStatement, .returnStatement, .error: true
    default: contains(TokenKind.leftBrace)
    }
  }
}
