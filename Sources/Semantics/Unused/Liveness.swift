import Syntax

/// Which values of a text are used, from the end of its body to the beginning.
///
/// What a text means decides nothing here: a name that stands anywhere but where it is bound is used there. In a `repeat`
/// every name that is used counts as used by the next round, and what an `if` binds may stay what it was.
struct Liveness {
  /// What becomes of what a name means.
  enum State: UInt8 {
    /// Nothing more.
    case left
    /// The name gets another meaning first.
    case rebound
    case used
  }

  /// A meaning that nothing uses, the statement that gives it, and what becomes of the name.
  typealias Unused = (name: Syntax, statement: Syntax, state: State)

  private var names = Names()
  private var states: [State] = []
  /// The targets, constants and parameters whose meanings nothing uses.
  private(set) var unused: [Unused] = []
  /// Whether a name that is used is known only when the text is elaborated.
  private(set) var isOpen = false

  /// What becomes of what a name means here.
  subscript(name: String) -> State {
    get { names.known(name).map(state) ?? .left }
    set { set(newValue, names.name(name)) }
  }

  private func state(of name: Name) -> State { name.index < states.count ? states[name.index] : .left }

  private mutating func set(_ state: State, _ name: Name) {
    if name.index >= states.count {
      states.append(contentsOf: repeatElement(.left, count: max(64, 2 * name.index + 1 - states.count)))
    }
    states[name.index] = state
  }

  private mutating func name(_ node: Syntax) -> Name? {
    if node.kind == .name { return names.name(node.range, in: node.tree.source) }
    return node.plainName.map { names.name($0) }
  }

  /// Goes from behind a body to its start.
  mutating func pass(_ statements: ChildList) {
    // What stands behind a `return` is told as such.
    let end = statements.firstIndex { $0.kind == .returnStatement }.map { $0 + 1 } ?? statements.count
    for statement in statements[..<end].reversed() { pass(statement: statement) }
  }

  /// Goes from behind a statement to before it.
  mutating func pass(statement: Syntax) {
    switch statement.kind {
    case .scopeStatement:
      if let body = statement.child(.body) { pass(body.childList) }
      for child in statement.children where child.kind != .body && child.kind != .name { use(child) }
    case .ifStatement: passIf(statement)
    case .repeatStatement: passRepeat(statement)
    case .returnStatement:
      // Nothing behind it is executed.
      for index in states.indices { states[index] = .left }
      use(statement)
    case .error: use(statement)
    default:
      bind(statement)
      use(statement)
    }
  }

  private mutating func passIf(_ statement: Syntax) {
    let parts = statement.children.filter { $0.kind != .annotation }
    guard let condition = parts.first else { return }
    let behind = states
    if let then = parts.dropFirst().first { pass(then.childList) }
    let before = states
    states = behind
    if let other = parts.dropFirst(2).first {
      if other.kind == .ifStatement { passIf(other) } else { pass(other.childList) }
    }
    join(before)
    use(condition)
  }

  private mutating func passRepeat(_ statement: Syntax) {
    let parts = statement.children.filter { $0.kind != .annotation }
    guard let body = parts.last, body.kind == .body else { return use(statement) }
    // There may be no round, or another one.
    let behind = states
    useNames(in: body)
    pass(body.childList)
    for name in parts.dropLast(2) { if let name = self.name(name) { set(.left, name) } }
    join(behind)
    for part in parts.dropLast().suffix(1) { use(part) }
  }

  /// Counts what holds on another way as well.
  private mutating func join(_ others: [State]) {
    if states.count < others.count {
      states.append(contentsOf: repeatElement(.left, count: others.count - states.count))
    }
    for (index, other) in others.enumerated() where states[index].rawValue < other.rawValue { states[index] = other }
  }

  /// Goes over the names that a statement binds; the last one first.
  private mutating func bind(_ statement: Syntax) {
    if let (token, _) = statement.plainBinding {
      let name = names.name(statement.tree.bytes(token), in: statement.tree.source)
      if state(of: name) != .used, let target = statement.firstChild?.nameChild {
        unused.append((target, statement, state(of: name)))
      }
      return set(.rebound, name)
    }
    var bound: [Syntax] = []
    statement.forEachNameUse(inGraphs: false) { name, use in if use == .bound { bound.append(name) } }
    for node in bound.reversed() {
      guard let name = name(node) else { continue }
      if state(of: name) != .used { unused.append((node, statement, state(of: name))) }
      set(.rebound, name)
    }
  }

  /// Goes over the names that a node uses, and over the graphs in it.
  private mutating func use(_ node: Syntax) {
    useNames(in: node)
    passGraphs(in: node)
  }

  private mutating func useNames(in node: Syntax) {
    node.forEachNameUse { name, use in
      switch use {
      case .read: if let name = self.name(name) { set(.used, name) }
      case .interpolated: isOpen = true
      case .bound: break
      }
    }
  }

  /// Looks for what is not used in graph literals, which have names of their own.
  private mutating func passGraphs(in node: Syntax) {
    guard node.contains(.leftBrace) else { return }
    for child in node.children {
      if child.kind == .graphLiteral, let body = child.child(.body) {
        let outer = states
        for index in states.indices { states[index] = .left }
        pass(body.childList)
        states = outer + Array(repeating: .left, count: states.count - outer.count)
      } else if child.kind != .body {
        passGraphs(in: child)
      }
    }
  }
}
