/// How a name stands in a statement.
package enum NameUse: Sendable {
  /// It may stand for a value, a size, configuration or a callee that is used here.
  case read
  /// The statement gives it a meaning.
  case bound
  /// What is between its braces says which name it is.
  case interpolated
}

extension Syntax {
  /// Calls `body` with the nodes of names that are used or bound in the node, in the order of the text; names of arguments,
  /// members, labels and annotations are left out.
  ///
  /// - Parameter inGraphs: whether names that are bound in graph literals count; those that are used there always do.
  package func forEachNameUse(inGraphs: Bool = true, _ body: (Syntax, NameUse) -> Void) {
    tree.nodes.withUnsafeBufferPointer { nodes in
      NameUseWalk(tree: tree, nodes: nodes, inGraphs: inGraphs).visit(index, body)
    }
  }
}

private struct NameUseWalk {
  let tree: SyntaxTree
  let nodes: UnsafeBufferPointer<SyntaxTreeBuilder.Node>
  let inGraphs: Bool
  var isInGraph = false

  func visit(_ index: Int32, _ body: (Syntax, NameUse) -> Void) {
    let node = nodes[Int(index)]
    switch node.kind {
    case .name: body(Syntax(tree: tree, index: index), .read)
    case .quotedName:
      body(Syntax(tree: tree, index: index), node.firstChild < 0 ? .read : .interpolated)
      visitAll(node.firstChild, body)
    case .namedArgument, .annotation:
      if node.firstChild >= 0 { visitAll(nodes[Int(node.firstChild)].nextSibling, body) }
    case .member, .overload:
      guard node.firstChild >= 0 else { return }
      visit(node.firstChild, body)
      let name = nodes[Int(node.firstChild)].nextSibling
      if name >= 0 { visitPath(name, body) }
    case .weightReference: forEachChild(of: node) { visitPath($0, body) }
    case .configurationType: return
    case .label, .layerStatement, .scopeStatement: visitBehindPath(node, body)
    case .parameterStatement, .bufferStatement, .constStatement:
      let name = child(of: node, where: { !isAnnotation($0) })
      if node.kind != .constStatement {
        visitBehindPath(node, body)
      } else {
        visitAll(node.firstChild, besides: name, body)
      }
      if name >= 0 { bind(name, body) }
    case .target, .parameter:
      let name = child(of: node, where: { nodes[Int($0)].kind == .name || nodes[Int($0)].kind == .quotedName })
      visitAll(node.firstChild, besides: name, body)
      if name >= 0 {
        visitPath(name, body)
        bind(name, body)
      }
    case .repeatStatement: visitRepeat(node, body)
    case .binding:
      // What stands on the right is there first.
      forEachChild(of: node) { if nodes[Int($0)].kind != .target { visit($0, body) } }
      forEachChild(of: node) { if nodes[Int($0)].kind == .target { visit($0, body) } }
    case .graphLiteral:
      var inner = self
      inner.isInGraph = true
      inner.visitAll(node.firstChild, body)
    default: visitAll(node.firstChild, body)
    }
  }

  private func bind(_ name: Int32, _ body: (Syntax, NameUse) -> Void) {
    let isName = nodes[Int(name)].kind == .name || nodes[Int(name)].kind == .quotedName
    guard isName, nodes[Int(name)].firstChild < 0, inGraphs || !isInGraph else { return }
    body(Syntax(tree: tree, index: name), .bound)
  }

  private func visitRepeat(_ node: SyntaxTreeBuilder.Node, _ body: (Syntax, NameUse) -> Void) {
    var children: [Int32] = []
    forEachChild(of: node) { if !isAnnotation($0) { children.append($0) } }
    for name in children.dropLast(2) { bind(name, body) }
    for child in children.suffix(2) { visit(child, body) }
  }

  /// Visits what a path is filled in with, and then what stands behind it.
  private func visitBehindPath(_ node: SyntaxTreeBuilder.Node, _ body: (Syntax, NameUse) -> Void) {
    let path = child(of: node, where: { !isAnnotation($0) })
    if path >= 0 { visitPath(path, body) }
    visitAll(node.firstChild, besides: path, body)
  }

  private func visitPath(_ index: Int32, _ body: (Syntax, NameUse) -> Void) {
    let node = nodes[Int(index)]
    switch node.kind {
    case .member: forEachChild(of: node) { visitPath($0, body) }
    case .index:
      guard node.firstChild >= 0 else { return }
      visitPath(node.firstChild, body)
      visitAll(nodes[Int(node.firstChild)].nextSibling, body)
    case .quotedName, .list: visitAll(node.firstChild, body)
    default: return
    }
  }

  private func visitAll(_ first: Int32, besides left: Int32 = -1, _ body: (Syntax, NameUse) -> Void) {
    var next = first
    while next >= 0 {
      if next != left { visit(next, body) }
      next = nodes[Int(next)].nextSibling
    }
  }

  private func isAnnotation(_ index: Int32) -> Bool { nodes[Int(index)].kind == .annotation }

  private func forEachChild(of node: SyntaxTreeBuilder.Node, _ body: (Int32) -> Void) {
    var next = node.firstChild
    while next >= 0 {
      body(next)
      next = nodes[Int(next)].nextSibling
    }
  }

  private func child(of node: SyntaxTreeBuilder.Node, where isWanted: (Int32) -> Bool) -> Int32 {
    var next = node.firstChild
    while next >= 0, !isWanted(next) { next = nodes[Int(next)].nextSibling }
    return next
  }
}
