import Semantics
package import Syntax

/// What a text and those that import it call the same: a declaration, or a parameter of one.
package struct SharedName: Hashable, Sendable {
  /// The path of the file that declares it.
  package var path: String
  package var declaration: String
  /// `nil` for the declaration itself.
  package var parameter: String?

  /// Whether it is the standard library's.
  package var isLibrary = false

  package init(path: String, declaration: String, parameter: String? = nil, isLibrary: Bool = false) {
    (self.path, self.declaration, self.parameter, self.isLibrary) = (path, declaration, parameter, isLibrary)
  }
}

extension EditorView {
  /// What the name at an offset stands for in this file and in others; `nil` for what no other file can name.
  package func sharedName(at offset: Int) -> SharedName? {
    if let thing = namedThing(at: offset) {
      switch thing.kind {
      case .declaration: return SharedName(path: file.path, declaration: thing.owner.name)
      case .parameter: return SharedName(path: file.path, declaration: thing.owner.name, parameter: thing.name)
      case .local, .result, .path: return nil
      }
    }
    guard let place = definition(at: offset) else { return nil }
    for source in analysis.program.files + Library.files where source.number == place.file {
      for declaration in analysis.program.declarations(in: source.number) {
        let shared = SharedName(path: source.path, declaration: declaration.name, isLibrary: source.isLibrary)
        if declaration.namePlace == place { return shared }
        guard let parameter = declaration.parameters.first(where: { $0.namePlace == place }) else { continue }
        return SharedName(
          path: source.path, declaration: declaration.name, parameter: parameter.name, isLibrary: source.isLibrary)
      }
    }
    return nil
  }

  /// Where the file names what it shares with others; none where it neither declares nor imports it.
  ///
  /// - Parameter path: the path by which the program knows the declaring file.
  package func occurrences(of shared: SharedName, declaredAt path: String) -> [Syntax] {
    let program = analysis.program
    guard let source = program.files.first(where: { $0.path == path }),
      let declaration = program.declarations(in: source.number).first(where: { $0.name == shared.declaration })
    else { return [] }
    if source.number == file.number, let own = namedThing(of: shared) { return own.occurrences }
    if let parameter = shared.parameter { return arguments(named: parameter, of: declaration) }
    return names(of: declaration)
  }

  /// What the file itself declares under a name that it shares with others.
  package func namedThing(of shared: SharedName) -> NamedThing? {
    declaredPlace(of: shared).flatMap { namedThing(at: $0.range.lowerBound) }
  }

  /// Where the file declares what it shares with others.
  package func declaredPlace(of shared: SharedName) -> Place? {
    guard let declaration = analysis.program.main.declarations[shared.declaration] else { return nil }
    guard let parameter = shared.parameter else { return declaration.namePlace }
    return declaration.parameters.first { $0.name == parameter }?.namePlace
  }

  /// Where the declarations of the file name another one, or one of its own, without the name's own place.
  ///
  /// Behind an import's name or an operator's domain it is what follows the last dot.
  func names(of declaration: Declaration) -> [Syntax] {
    var found: [Syntax] = []
    for owner in ownDeclarations {
      forEachNamedDeclaration(in: owner) { path, named in
        if named.namePlace == declaration.namePlace { found.append(path.lastName) }
      }
    }
    return found
  }

  /// The names of the arguments that calls in the file give for a parameter of a declaration.
  func arguments(named name: String, of declaration: Declaration) -> [Syntax] {
    tree.root.all(.namedArgument).compactMap { argument in
      guard let given = argument.firstChild, given.plainName == name,
        let call = tree.nodes(at: given.range.lowerBound).last(.call), let callee = call.firstChild,
        case .declaration(let called)? = self.callee(callee.called), called.namePlace == declaration.namePlace
      else { return nil }
      return given
    }
  }

  /// The models, blocks and operators of the file itself, in order.
  var ownDeclarations: [Declaration] {
    analysis.program.main.declarationsInOrder.filter { $0.file.number == file.number }
  }

  /// Visits each name in a declaration that means another declaration, with what is before its last dot: `Half`, `b.Half`.
  func forEachNamedDeclaration(in owner: Declaration, _ visit: (Syntax, Declaration) -> Void) {
    let parameters = Set(owner.parameters.map(\.name))
    var meanings: [String: Declaration?] = [:]
    LocalNames.forEach(in: owner.syntax) { head in
      let path = head.wholePath
      guard path.place != owner.namePlace, let name = path.dottedName else { return }
      let meaning =
        meanings[name]
        ?? {
          let head = String(name.prefix { $0 != "." && $0 != "~" })
          let isOwn = parameters.contains(head) || isLocal(head, in: owner)
          return isOwn ? nil : declaration(named: name)
        }()
      meanings[name] = .some(meaning)
      if let meaning { visit(path, meaning) }
    }
  }
}

extension Syntax {
  /// The longest path of names that begins with a name: `b.Half` for its `b`, `my.domain.Half~v2` for its `my`.
  var wholePath: Syntax {
    var whole = self
    for node in tree.nodes(at: range.lowerBound).reversed().drop(while: { $0 != self }).dropFirst() {
      guard node.kind == .member || node.kind == .overload, node.firstChild == whole, node.dottedName != nil else {
        break
      }
      whole = node
    }
    return whole
  }

  /// The last name of a path of names.
  var lastName: Syntax { kind == .member || kind == .overload ? Array(children).last?.lastName ?? self : self }
}
