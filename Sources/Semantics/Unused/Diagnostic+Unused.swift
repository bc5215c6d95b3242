package import Syntax

// What a text binds or declares, and uses nowhere.

extension Diagnostic {
  static func unusedValue(_ name: Syntax, of statement: Syntax, isRebound: Bool) -> Diagnostic {
    let what = statement.kind == .constStatement ? "the constant " : ""
    return Diagnostic(
      "unused-value", "nothing uses \(what)`\(name.text)`\(isRebound ? " before it is bound again" : "")",
      at: name.place,
      severity: .hint, fixes: Fix.withoutValue(name, of: statement))
  }

  static func unusedParameter(
    _ parameter: Declaration.Parameter, of declaration: Declaration, _ calls: CallsByName
  ) -> Diagnostic {
    let kind =
      switch declaration.kind {
      case .model: "model"
      case .block: "block"
      case .operator: "operator"
      }
    let name = parameter.syntax.nameChild ?? parameter.syntax
    return Diagnostic(
      "unused-parameter",
      "the \(kind) `\(declaration.name)` does not use its \(parameter.isInput ? "input" : "parameter") `\(parameter.name)`",
      at: name.place, severity: .hint, fixes: Fix.withoutParameter(parameter, of: declaration, calls))
  }
}

extension [Diagnostic] {
  /// Those of what is not used without those of declarations in which there are errors: what is meant to be used there is not
  /// known.
  ///
  /// Any error may hide the use of an import.
  package func certain(besides diagnostics: [Diagnostic], in tree: SyntaxTree) -> [Diagnostic] {
    guard !isEmpty else { return [] }
    let errors = diagnostics.filter { $0.severity == .error && $0.place.file == tree.file }
    guard !errors.isEmpty else { return self }
    let broken = tree.root.children.map(\.range).filter { range in
      errors.contains { range.lowerBound <= $0.place.range.upperBound && $0.place.range.lowerBound <= range.upperBound }
    }
    return filter { fact in
      fact.identifier != "unused-import" && !broken.contains { $0.contains(fact.place.range.lowerBound) }
    }
  }
}

extension Fix {
  /// Takes away a statement that binds nothing else, or leaves one of its results.
  fileprivate static func withoutValue(_ name: Syntax, of statement: Syntax) -> [Fix] {
    let targets = statement.children.filter { $0.kind == .target }
    if targets.count > 1 {
      guard let target = targets.first(where: { $0.nameChild?.range == name.range }), !target.isStarred else {
        return []
      }
      return [Fix("Leave this result", [Edit(name.place, "_")])]
    }
    // A label may be called again, and a type may give sizes their names.
    guard
      statement.kind == .constStatement || targets.count == 1 && targets[0].children.allSatisfy({ !$0.kind.isType }),
      !statement.hasLabel
    else { return [] }
    return [Fix("Remove the statement", [Edit(statement.wholeLines, "")])]
  }

  /// Takes away a parameter with what calls give it, or says by its name that it is not used.
  fileprivate static func withoutParameter(
    _ parameter: Declaration.Parameter, of declaration: Declaration, _ calls: CallsByName
  ) -> [Fix] {
    guard let name = parameter.syntax.nameChild, name.kind == .name else { return [] }
    let given = calls.arguments(of: declaration.name).flatMap { list in
      list.children.filter { $0.kind == .namedArgument && $0.firstChild?.plainName == parameter.name }
    }
    var fixes: [Fix] = []
    if !parameter.isInput || !calls.names(declaration.name) {
      fixes.append(
        Fix("Remove `\(parameter.name)`", [parameter.syntax.removalFromList] + given.map(\.removalFromList)))
    }
    let other = "_\(parameter.name)"
    if !declaration.parameters.contains(where: { $0.name == other }) {
      let names = [name] + given.compactMap(\.firstChild)
      fixes.append(Fix("Rename to `\(other)`", names.map { Edit($0.place, other) }))
    }
    return fixes
  }
}

extension Syntax {
  fileprivate var hasLabel: Bool { kind == .label || children.contains(where: \.hasLabel) }
}

/// Who calls and names what in a text, found when somebody asks.
struct CallsByName: Sendable {
  private struct Found: Sendable {
    var calls: [String: [Syntax]] = [:]
    var names: Set<String> = []
  }

  private let found: Lazy<Found>

  init(_ tree: SyntaxTree) {
    found = Lazy {
      var found = Found()
      for declaration in tree.root.children {
        for part in declaration.children where part.kind == .body || part.kind == .parameterList {
          part.forEachNameUse { name, use in
            if use == .read, let name = name.plainName { found.names.insert(name) }
          }
          var open = [part]
          while let node = open.popLast() {
            if node.kind == .call, let (callee, list) = node.pair, let name = callee.plainName {
              found.calls[name, default: []].append(list)
            }
            open += node.children
          }
        }
      }
      return found
    }
  }

  /// The argument lists of the calls of a name.
  func arguments(of name: String) -> [Syntax] { found.value.calls[name] ?? [] }

  /// Whether a name stands in a body.
  func names(_ name: String) -> Bool { found.value.names.contains(name) }
}
