package import Semantics
package import Syntax

/// What a name of a text stands for, and every place of the text where it does.
package struct NamedThing: Sendable {
  package enum Kind: Sendable {
    /// A model, block or operator.
    case declaration
    /// What a caller of a declaration gives: an input or configuration.
    case parameter
    /// A value, size or constant of a body.
    case local
    /// A declared result.
    case result
    /// A layer, scope, parameter or buffer: a part of the paths of weights.
    case path
  }

  package var name: String
  package var kind: Kind
  /// The declaration that it is, or that it belongs to.
  package var owner: Declaration
  /// The names, in order.
  package var occurrences: [Syntax]

  /// Whether a name is where the thing gets it or, as a variable, another value.
  package func isBinding(_ occurrence: Syntax) -> Bool {
    guard let parent = occurrence.tree.nodes(at: occurrence.range.lowerBound).dropLast().last else { return false }
    switch parent.kind {
    case .target, .parameter, .constStatement, .repeatStatement, .modelDeclaration, .blockDeclaration,
      .operatorDeclaration, .parameterStatement, .bufferStatement, .layerStatement, .scopeStatement, .label:
      return !occurrence.isCallee(in: parent)
    default: return false
    }
  }
}

extension EditorView {
  /// What the name at an offset stands for; `nil` where there is none, or where it is not this file's.
  package func namedThing(at offset: Int) -> NamedThing? {
    let path = tree.nodes(at: offset)
    guard let index = path.lastIndex(where: { $0.kind == .name || $0.kind == .quotedName }), index > 0,
      let name = path[index].plainName
    else { return nil }
    if path[index - 1].kind == .recipeDeclaration {
      let model = analysis.program.main.declarations[name]
      return model.flatMap { path[index - 1].firstName == path[index] ? nil : thing(named: $0) }
    }
    guard let owner = owner(of: path) else { return nil }
    let (leaf, parent) = (path[index], path[index - 1])
    // The name of an operator may be a path.
    if owner.namePlace.range.contains(leaf.range.lowerBound) { return thing(named: owner) }
    if leaf.isPathName { return thing(path: leaf, in: owner) }
    switch parent.kind {
    case .annotation, .weightReference, .configurationType: return nil
    case .parameter where leaf == parent.declaredName && parent.isIn(.resultList, path):
      return NamedThing(name: name, kind: .result, owner: owner, occurrences: [leaf])
    default: break
    }
    guard isValueName(leaf, in: owner) else { return thing(defined: definition(at: offset), from: leaf) }
    if let layer = leaf.nameOfLayer(calledIn: owner.syntax) { return thing(path: layer, in: owner) }
    let scope = leaf.innerScope(ofName: name)
    if scope == nil, owner.parameters.contains(where: { $0.name == name }) {
      return thing(named: name, parameterOf: owner)
    }
    if scope != nil || isLocal(name, in: owner) {
      return NamedThing(
        name: name, kind: .local, owner: owner, occurrences: places(of: name, in: owner, scope: scope).inOrder)
    }
    if let declared = owner.body?.parameterName(name) { return thing(path: declared, in: owner) }
    if let declaration = analysis.program.main.declarations[name], declaration.file.number == file.number {
      return thing(named: declaration)
    }
    return thing(defined: definition(at: offset), from: leaf)
  }

  private func isValueName(_ leaf: Syntax, in owner: Declaration) -> Bool {
    var isFound = false
    LocalNames.forEach(in: owner.syntax) { if $0 == leaf { isFound = true } }
    return isFound
  }

  private func owner(of path: [Syntax]) -> Declaration? {
    guard let syntax = path.last(.modelDeclaration, .blockDeclaration, .operatorDeclaration) else { return nil }
    return analysis.program.main.declarationsInOrder.first { $0.syntax == syntax }
  }

  /// What is defined at another place of the file.
  private func thing(defined place: Place?, from leaf: Syntax) -> NamedThing? {
    guard let place, place.file == file.number, place != leaf.place else { return nil }
    return namedThing(at: place.range.lowerBound)
  }

  // MARK: Declarations

  private func thing(named declaration: Declaration) -> NamedThing? {
    guard declaration.file.number == file.number, !declaration.name.contains(where: { $0 == "." || $0 == "~" }),
      let own = tree.name(at: declaration.namePlace)
    else { return nil }
    var occurrences = [own] + names(of: declaration)
    for recipe in tree.root.children where recipe.kind == .recipeDeclaration {
      occurrences += recipe.children.filter { $0.kind != .annotation }.dropFirst().prefix(1)
        .filter { $0.plainName == declaration.name }
    }
    return NamedThing(
      name: declaration.name, kind: .declaration, owner: declaration, occurrences: occurrences.inOrder)
  }

  private func thing(named name: String, parameterOf declaration: Declaration) -> NamedThing {
    let occurrences = places(of: name, in: declaration) + arguments(named: name, of: declaration)
    return NamedThing(name: name, kind: .parameter, owner: declaration, occurrences: occurrences.inOrder)
  }

  // MARK: Names of a body

  /// Whether a declaration itself gives a name a meaning: by binding it, or as a size of its signature.
  func isLocal(_ name: String, in declaration: Declaration) -> Bool {
    if let body = declaration.body, body.binds(name) { return true }
    let isTaken = self.declaration(named: name) != nil || declaration.parameters.contains { $0.name == name }
    return !isTaken
      && declaration.syntax.children.filter { $0.kind != .body }.contains { part in
        part.all(.tensorType).contains { LocalNames.all(in: $0).contains(name) }
      }
  }

  /// - Parameter scope: the part of the declaration that the variable belongs to.
  private func places(of name: String, in declaration: Declaration, scope: Syntax? = nil) -> [Syntax] {
    let results = declaration.syntax.child(.resultList)?.children.compactMap(\.declaredName) ?? []
    var found: [Syntax] = []
    LocalNames.forEach(in: declaration.syntax) { leaf in
      if leaf.plainName == name, leaf.place != declaration.namePlace, !results.contains(leaf) { found.append(leaf) }
    }
    if declaration.syntax.hasLayer(named: name) {
      found.removeAll { $0.nameOfLayer(calledIn: declaration.syntax) != nil }
    }
    if declaration.syntax.hasInnerScopes { found.removeAll { $0.innerScope(ofName: name) != scope } }
    return found
  }

  // MARK: Paths

  private func thing(path leaf: Syntax, in owner: Declaration) -> NamedThing? {
    guard let name = leaf.plainName, leaf.isPathName else { return nil }
    let head = leaf.pathNames
    var occurrences = [leaf]
    func add(_ names: [Syntax]) {
      guard names.count >= head.count, zip(names, head).allSatisfy({ $0.plainName == $1.plainName }) else { return }
      occurrences.append(names[head.count - 1])
    }
    for reference in owner.body?.outermostPaths ?? [] {
      let names = reference.namesOfPath
      if let first = names.first?.plainName, !isLocal(first, in: owner) { add(names) }
    }
    // What recipes keep of the model, or take.
    for recipe in Recipe.all(in: tree) where owner.kind == .model && recipe.model.plainName == owner.name {
      for path in recipe.calls.flatMap(\.layerPaths) { add(path.namesOfPath) }
    }
    // A layer that is called once more.
    if owner.syntax.hasLayer(named: name) {
      LocalNames.forEach(in: owner.syntax) { callee in
        if callee.plainName == name, callee.nameOfLayer(calledIn: owner.syntax) == leaf { occurrences.append(callee) }
      }
    }
    // A parameter is a value of the body, too.
    if head.count == 1, owner.body?.parameterName(name) == leaf { occurrences += places(of: name, in: owner) }
    return NamedThing(name: name, kind: .path, owner: owner, occurrences: occurrences.inOrder)
  }
}

extension SyntaxTree {
  fileprivate func name(at place: Place) -> Syntax? {
    nodes(at: place.range.lowerBound).last(.name, .quotedName)
  }
}

extension Syntax {
  /// Every node of a kind in it.
  func all(_ kind: SyntaxKind) -> [Syntax] {
    var found: [Syntax] = []
    var open = [self]
    while let node = open.popLast() {
      if node.kind == kind { found.append(node) }
      open += node.children
    }
    return found
  }

  /// The name of a parameter or of a result.
  var declaredName: Syntax? {
    kind == .parameter ? children.first { $0.kind == .name || $0.kind == .quotedName } : nil
  }

  fileprivate func isIn(_ kind: SyntaxKind, _ path: [Syntax]) -> Bool {
    guard let index = path.firstIndex(of: self) else { return false }
    return path[..<index].contains { $0.kind == kind }
  }

  /// What is called: the callee behind a label, or the node itself.
  var called: Syntax { kind == .label ? Array(children).last?.called ?? self : self }

  /// Whether it is what a call, a pipe or a label calls.
  func isCallee(in parent: Syntax) -> Bool {
    switch parent.kind {
    case .call, .overload: parent.firstChild == self
    case .pipe, .label: parent.firstChild != self
    default: false
    }
  }

  /// Whether a name is the last of the path of a label, a scope, a parameter or a layer.
  fileprivate var isPathName: Bool { pathNames.last == self }

  /// The names of the path of the label, scope, parameter or layer around a name.
  fileprivate var pathNames: [Syntax] {
    let owner = tree.nodes(at: range.lowerBound).last { $0.hasPath }
    return owner?.children.first { $0.kind != .annotation }?.namesOfPath ?? []
  }

  private var hasPath: Bool {
    switch kind {
    case .label, .scopeStatement, .parameterStatement, .bufferStatement, .layerStatement: true
    default: false
    }
  }

  /// The names of a path, `a`, `b` and `c` of `a[i].b.c`; none where it is something else, or a name is put together.
  fileprivate var namesOfPath: [Syntax] {
    switch kind {
    case .name: return [self]
    case .quotedName: return plainName == nil ? [] : [self]
    case .index: return firstChild?.namesOfPath ?? []
    case .member:
      guard let base = firstChild?.namesOfPath, !base.isEmpty, let last = Array(children).last else { return [] }
      return base + [last]
    default: return []
    }
  }

  /// The expressions in it that name what stands behind a path.
  fileprivate var outermostPaths: [Syntax] {
    if kind == .member { return [self] }
    return children.dropFirst(hasPath ? 1 : 0).flatMap(\.outermostPaths)
  }

  /// Where a statement in it declares a parameter or buffer of this name.
  fileprivate func parameterName(_ name: String) -> Syntax? {
    if kind == .parameterStatement || kind == .bufferStatement {
      return children.first { $0.kind != .annotation && $0.plainName == name }
    }
    return children.lazy.compactMap { $0.parameterName(name) }.first
  }

  /// Whether a statement in it binds a name, those of graph literals included.
  fileprivate func binds(_ name: String) -> Bool {
    switch kind {
    case .target, .constStatement, .repeatStatement, .parameter:
      if children.contains(where: { $0.plainName == name }) { return true }
    default: break
    }
    return children.contains { $0.binds(name) }
  }
}

extension [Syntax] {
  fileprivate var inOrder: [Syntax] {
    var seen: Set<Range<Int>> = []
    return sorted { $0.range.lowerBound < $1.range.lowerBound }.filter { seen.insert($0.range).inserted }
  }
}
