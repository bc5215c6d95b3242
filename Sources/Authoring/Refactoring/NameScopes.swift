import Syntax

// What a name in a body stands for depends on where it stands: graph literals and lists of inputs have variables of their
// own, and a layer is called by the name that its path is.

extension Syntax {
  /// The node right around it.
  var parentNode: Syntax? {
    let path = tree.nodes(at: range.lowerBound)
    return path.lastIndex(of: self).flatMap { $0 > 0 ? path[$0 - 1] : nil }
  }

  /// The part of a declaration that the variable of a name belongs to: the innermost graph literal or list of inputs around
  /// it that gives the name a meaning; `nil` where the variable is the declaration's.
  ///
  /// What a graph reads before it binds it is a variable from outside.
  func innerScope(ofName name: String) -> Syntax? {
    tree.nodes(at: range.lowerBound).last { node in
      switch node.kind {
      case .graphLiteral: node.graphBinds(name, at: self)
      case .listInput: node.children.contains { $0.kind == .name && $0.plainName == name }
      default: false
      }
    }
  }

  private func graphBinds(_ name: String, at leaf: Syntax) -> Bool {
    let parameters = child(.parameterList)?.children.compactMap(\.declaredName) ?? []
    if parameters.contains(where: { $0.plainName == name }) { return true }
    guard let binding = child(.body)?.firstBinding(of: name) else { return false }
    return binding.name == leaf || binding.end <= leaf.range.lowerBound
  }

  /// Where a name is bound first in it, outside of graph literals, and where the statement ends that does.
  private func firstBinding(of name: String) -> (name: Syntax, end: Int)? {
    switch kind {
    case .graphLiteral: return nil
    case .binding, .constStatement:
      let bound = kind == .binding ? children.filter { $0.kind == .target } : [self]
      let names = bound.compactMap { $0.children.first { $0.kind == .name || $0.kind == .quotedName } }
      return names.first { $0.plainName == name }.map { ($0, range.upperBound) }
    case .repeatStatement:
      if let variable = children.first(where: { $0.kind == .name && $0.plainName == name }) {
        return (variable, variable.range.upperBound)
      }
    default: break
    }
    return children.lazy.compactMap { $0.firstBinding(of: name) }.first
  }

  /// Whether a part of it has variables of its own.
  var hasInnerScopes: Bool {
    kind == .graphLiteral || kind == .listInput || children.contains(where: \.hasInnerScopes)
  }

  /// Whether the whole path of a layer in it is one name.
  func hasLayer(named name: String) -> Bool { !layers(named: name, scopes: []).isEmpty }

  /// Where the layer has its name that a name in the place of a callee calls once more; `nil` where that calls something else.
  ///
  /// - Parameter owner: the declaration around both.
  func nameOfLayer(calledIn owner: Syntax) -> Syntax? {
    guard let name = plainName, let parent = parentNode, isCallee(in: parent) else { return nil }
    let around = Set(tree.nodes(at: range.lowerBound).filter { $0.kind == .scopeStatement })
    return owner.child(.body)?.layers(named: name, scopes: []).first { layer in
      layer.statement.range.lowerBound < range.lowerBound && layer.statement.callee != self
        && around.isSuperset(of: layer.scopes)
    }?.name
  }

  /// The layers in it whose whole path is one name, with the scopes around each.
  private func layers(named name: String, scopes: Set<Syntax>) -> [(
    name: Syntax, statement: Syntax, scopes: Set<Syntax>
  )] {
    var found: [(name: Syntax, statement: Syntax, scopes: Set<Syntax>)] = []
    if kind == .label || kind == .layerStatement,
      let path = children.first(where: { $0.kind != .annotation }), path.plainName == name
    {
      found.append((path, self, scopes))
    }
    let inner = kind == .scopeStatement ? scopes.union([self]) : scopes
    for child in children { found += child.layers(named: name, scopes: inner) }
    return found
  }

  /// What a label's call, or a layer's, calls.
  private var callee: Syntax? {
    let called = kind == .label ? called : Array(children).last
    return called?.kind == .call ? called?.firstChild : called
  }
}
