import Syntax

/// What a token that is missing from a file may change.
///
/// A statement is affected if the token is its own, or its bracket's; if it mentions a name that an affected statement binds
/// or labels; if a statement around it is affected in its head; and if it calls a block or model in which something is. A
/// parameter that misses a token affects its name and those in its type. All else must keep its types.
struct Damage {
  private let token: Int
  /// The statements that are affected, by their first token.
  private var affected: Set<Int> = []
  /// The blocks, models and operators that are affected, by name.
  private var declarations: Set<String> = []

  init(of token: Int, in root: Syntax) {
    self.token = token
    let all = root.children.filter(\.isDeclaration)
    var count = -1
    // What calls an affected declaration is affected, and so is what calls that.
    while count != declarations.count + affected.count {
      count = declarations.count + affected.count
      for declaration in all { visit(declaration) }
    }
  }

  /// The statements that must keep their types.
  func unaffectedStatements(in root: Syntax) -> [Syntax] {
    root.children.filter(\.isDeclaration).flatMap(\.statements).filter { !affected.contains($0.tokens.lowerBound) }
  }

  /// The places of the statements that need not.
  func affectedPlaces(in root: Syntax) -> [Range<Int>] {
    root.children.filter(\.isDeclaration).flatMap(\.statements).filter { affected.contains($0.tokens.lowerBound) }
      .map(\.range)
  }

  private mutating func visit(_ declaration: Syntax) {
    guard let body = declaration.child(.body) else {
      if declaration.tokens.contains(token) { declarations.insert(declaration.declaredName) }
      return
    }
    var names = declarations
    var isDamaged = false
    if declaration.tokens.contains(token), !body.tokens.contains(token) {
      isDamaged = true
      let part = declaration.children.first { $0.tokens.contains(token) }
      switch part?.kind {
      case .parameterList:
        guard let parameter = part?.children.first(where: { $0.tokens.contains(token) }) else {
          names.formUnion(part?.ownNames ?? [])
          break
        }
        names.formUnion(parameter.ownNames)
      case .whereClause: names.formUnion(part?.ownNames ?? [])
      case .resultList, .costClause, .annotation: break
      default:
        for statement in declaration.statements { affected.insert(statement.tokens.lowerBound) }
      }
      // What other parameters say by these names is affected with them.
      for _ in 0..<3 {
        for other in declaration.child(.parameterList)?.children.map(\.self) ?? []
        where !names.isDisjoint(with: other.ownNames) {
          names.formUnion(other.ownNames)
        }
      }
    }
    // The braces of the body itself.
    if body.tokens.lowerBound == token || body.tokens.upperBound - 1 == token { isDamaged = true }
    visit(body, &names, isForced: false, isTop: true)
    if isDamaged || declaration.statements.contains(where: { affected.contains($0.tokens.lowerBound) }) {
      declarations.insert(declaration.declaredName)
    }
  }

  private mutating func visit(_ body: Syntax, _ names: inout Set<String>, isForced: Bool, isTop: Bool) {
    for statement in body.children {
      let own = statement.tokens.contains(token) && !statement.nestedStatements.contains { $0.tokens.contains(token) }
      let isAffected = isForced || own || !names.isDisjoint(with: statement.ownNames)
      if isAffected { affected.insert(statement.tokens.lowerBound) }
      let bodies = statement.bodies
      if bodies.isEmpty {
        if isAffected {
          names.formUnion(statement.boundNames)
        } else if isTop {
          names.subtract(statement.boundNames)
        }
      }
      if isAffected, !bodies.isEmpty { names.formUnion(statement.boundNames) }
      // What one round binds, the next one uses.
      for _ in 0..<(statement.kind == .repeatStatement ? 2 : 1) {
        for inner in bodies { visit(inner, &names, isForced: isAffected, isTop: false) }
      }
    }
  }
}

extension Syntax {
  fileprivate var isDeclaration: Bool {
    switch kind {
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration: true
    default: false
    }
  }

  /// The last name of what a declaration declares: what a call ends with.
  fileprivate var declaredName: String {
    guard let name = children.first(where: { $0.kind != .annotation }) else { return "" }
    return name.allNames.last ?? ""
  }

  /// The bodies directly in a statement; those of graph literals are part of the statement.
  fileprivate var bodies: [Syntax] {
    children.flatMap { child in
      switch child.kind {
      case .body: [child]
      case .ifStatement where kind == .ifStatement: child.bodies
      default: [] as [Syntax]
      }
    }
  }

  fileprivate var nestedStatements: [Syntax] { bodies.flatMap { $0.children } }

  /// All statements of a declaration, those in bodies of statements too.
  fileprivate var statements: [Syntax] {
    func collect(_ body: Syntax) -> [Syntax] { body.children.flatMap { [$0] + $0.bodies.flatMap(collect) } }
    return child(.body).map(collect) ?? []
  }

  /// The names in a statement but for those in its bodies.
  fileprivate var ownNames: Set<String> {
    let inner = bodies
    return Set(
      tokens.compactMap { token in inner.contains { $0.tokens.contains(token) } ? nil : tree.nameOfToken(token) })
  }

  private var allNames: [String] { tokens.compactMap(tree.nameOfToken) }

  /// What a statement gives a meaning to: targets, labels and paths, and all that the statements in it do.
  fileprivate var boundNames: Set<String> {
    var names: Set<String> = []
    func collect(_ node: Syntax) {
      switch node.kind {
      case .target: names.formUnion(node.allNames)
      case .label, .parameterStatement, .bufferStatement, .constStatement, .layerStatement, .scopeStatement:
        if let path = node.children.first(where: { $0.kind != .annotation }) { names.formUnion(path.allNames) }
      case .repeatStatement:
        names.formUnion(node.children.filter { $0.kind == .name }.flatMap(\.allNames))
      default: break
      }
      for child in node.children { collect(child) }
    }
    collect(self)
    return names
  }
}

extension SyntaxTree {
  /// The name that a token is, or a piece of a quoted one; `nil` for other tokens.
  fileprivate func nameOfToken(_ token: Int) -> String? {
    switch tokens.kinds[token] {
    case .identifier, .quotedName, .quotedNameHead, .quotedNameMiddle, .quotedNameTail:
      String(decoding: source[tokens.range(token)], as: UTF8.self)
    default: nil
    }
  }
}
