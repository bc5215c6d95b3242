import Operators
import Semantics
package import Syntax

/// What is called, whoever declares it.
private enum CalledThing: Hashable {
  case declaration(Place)
  case `operator`(domain: String, name: String)

  init?(_ callee: NamedCallee?) {
    switch callee {
    case .declaration(let declaration): self = .declaration(declaration.namePlace)
    case .operator(let schema): self = .operator(domain: schema.domain, name: schema.name)
    case .step, .initializer, .weights, nil: return nil
    }
  }
}

extension EditorView {
  /// The names in the file that call what the name at an offset calls, or that name the same argument of it; none for others.
  package func calledNames(at offset: Int) -> [Syntax] {
    let path = tree.nodes(at: offset)
    guard let name = path.last(where: { $0.kind == .name || $0.kind == .quotedName }), let text = name.plainName,
      let index = path.lastIndex(of: name), index > 0
    else { return [] }
    if path[index - 1].kind == .namedArgument, path[index - 1].firstChild == name {
      guard let called = CalledThing(path.last(.call).flatMap(calleeOfCall)) else { return [] }
      return calls(of: called, calleeName: nil).flatMap { call in
        (call.child(.argumentList).map { Array($0.children) } ?? []).compactMap { argument in
          argument.argumentName == text ? argument.firstChild : nil
        }
      }
    }
    // The whole path of names that is called: `b.Half` at `Half`.
    var callee = index
    while callee > 0, [.member, .overload].contains(path[callee - 1].kind) { callee -= 1 }
    guard callee > 0, path[callee].lastName == name, let called = called(path[callee], in: path[callee - 1]) else {
      return []
    }
    let calls = calls(of: called, calleeName: text).compactMap { ($0.kind == .call ? $0.firstChild : $0)?.lastName }
    return ownName(of: called) + calls
  }

  /// What a path of names calls or declares.
  private func called(_ names: Syntax, in parent: Syntax) -> CalledThing? {
    if parent.kind.isDeclaration { return .declaration(names.place) }
    return names.isCallee(in: parent) ? CalledThing(callee(names)) : nil
  }

  /// The name by which the file itself declares a thing.
  private func ownName(of called: CalledThing) -> [Syntax] {
    guard case .declaration(let place) = called, place.file == file.number else { return [] }
    return tree.nodes(at: place.range.lowerBound).first { $0.place == place }.map { [$0.lastName] } ?? []
  }

  private func calleeOfCall(_ call: Syntax) -> NamedCallee? { call.firstChild.flatMap(callee) }

  /// The calls of a thing in order; a callee without arguments is its call.
  ///
  /// - Parameter name: the name that callees have at their ends; `nil` for any.
  private func calls(of called: CalledThing, calleeName name: String?) -> [Syntax] {
    var found: [Syntax] = []
    var open = [tree.root]
    while let node = open.popLast() {
      for child in node.children {
        open.append(child)
        guard child.kind == .call || child.isCallee(in: node) && child.dottedName != nil && node.kind != .call,
          node.kind != .overload, let callee = child.kind == .call ? child.firstChild : child,
          name == nil || callee.lastName.plainName == name, CalledThing(self.callee(callee)) == called
        else { continue }
        found.append(child)
      }
    }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
