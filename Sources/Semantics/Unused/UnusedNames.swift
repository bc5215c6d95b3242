package import Syntax

/// What a file binds and declares without using it, as far as its text tells.
package struct UnusedNames: Sendable {
  /// Something that is not used.
  package struct Fact: Sendable {
    /// The declaration that it is in.
    package var declaration: Place
    package var name: String
    package var diagnostic: Diagnostic
  }

  package let facts: [Fact]
  /// The mentions in each model's body, by the place of the declaration.
  private let mentions: [Place: Lazy<NameMentions>]

  /// Looks at all declarations of a file; what an imported text leaves unused, its file does.
  package init(of module: Module) {
    var facts: [Fact] = []
    var mentions: [Place: Lazy<NameMentions>] = [:]
    let declarations = module.declarationsInOrder
    if !declarations.contains(where: \.isVerbatim) {
      let calls = CallsByName(module.file.tree)
      for declaration in declarations {
        guard let body = declaration.body else { continue }
        facts += Self.facts(of: declaration, body.childList, calls)
        if declaration.kind == .model {
          mentions[declaration.syntax.place] = Lazy { NameMentions(body.childList) }
        }
      }
    }
    self.facts = facts
    self.mentions = mentions
  }

  private static func facts(of declaration: Declaration, _ body: ChildList, _ calls: CallsByName) -> [Fact] {
    var liveness = Liveness()
    liveness.pass(body)
    if liveness.isOpen { return [] }
    return facts(liveness.unused, of: declaration)
      + declaration.parameters.compactMap { fact(of: $0, declaration, calls) { liveness[$0] } }
  }

  private static func facts(
    _ unused: [Liveness.Unused], of declaration: Declaration
  ) -> [Fact] {
    unused.compactMap { name, statement, state in
      // A checkpoint may have parameters for what a text does not compute.
      guard let text = name.plainName, !text.hasPrefix("_"), statement.kind != .bufferStatement,
        statement.kind != .parameterStatement, !statement.namesSizes(of: name)
      else { return nil }
      return Fact(
        declaration: declaration.syntax.place, name: text,
        diagnostic: .unusedValue(name, of: statement, isRebound: state == .rebound))
    }
  }

  /// - Parameter state: what becomes of a name in the body.
  private static func fact(
    of parameter: Declaration.Parameter, _ declaration: Declaration, _ calls: CallsByName,
    _ state: (String) -> Liveness.State
  ) -> Fact? {
    guard !parameter.name.hasPrefix("_"), state(parameter.name) != .used, !declaration.signatureUses(parameter.name),
      // An input may be there for its sizes.
      !declaration.ownSizes(of: parameter).contains(where: { state($0) == .used })
    else { return nil }
    return Fact(
      declaration: declaration.syntax.place, name: parameter.name,
      diagnostic: .unusedParameter(parameter, of: declaration, calls))
  }
}

extension UnusedNames {
  /// What is unused where statements of a model's body gave way to others: places are those of the old text or of the new one.
  ///
  /// Only what the statements name is looked at again.
  package func revised(_ revision: BodyRevision, of model: Declaration) -> [Fact] {
    guard let mentions = mentions[model.syntax.place]?.value else { return facts }
    let calls = CallsByName(model.file.tree)
    let old = revision.replaced.flatMap { range in range.old.map { ($0, revision.old[$0]) } }
    let added = revision.replaced.flatMap { range in range.new.map { ($0, revision.new[$0]) } }
    guard !mentions.isOpen, let gone = NameMentions.all(in: old), let come = NameMentions.all(in: added) else {
      return facts.filter { $0.declaration != model.syntax.place } + Self.facts(of: model, revision.new, calls)
    }
    var names = Set(gone.keys).union(come.keys)
    for parameter in model.parameters
    where !names.isDisjoint(with: parameter.type?.usedNames ?? [])
      && !names.isDisjoint(with: model.ownSizes(of: parameter))
    {
      names.insert(parameter.name)
    }
    var result = facts.filter { $0.declaration != model.syntax.place || !names.contains($0.name) }
    func walk(_ name: String) -> Walk {
      Self.walk(name, Self.mentions(mentions[name], moved: revision, with: come[name] ?? []), revision.new)
    }
    for name in names {
      result += Self.facts(walk(name).unused, of: model)
      if let parameter = model.parameters.first(where: { $0.name == name }),
        let fact = Self.fact(of: parameter, model, calls, { walk($0).state })
      {
        result.append(fact)
      }
    }
    return result
  }

  /// The mentions of a name in the new body.
  private static func mentions(
    _ old: ArraySlice<NameMentions.Mention>, moved revision: BodyRevision, with added: [NameMentions.Mention]
  ) -> [NameMentions.Mention] {
    var result: [NameMentions.Mention] = []
    result.reserveCapacity(old.count + added.count)
    var rest = added[...]
    var index = old.startIndex
    var growth = 0
    for range in revision.replaced {
      while index < old.endIndex, Int(old[index].statement) < range.old.lowerBound {
        result.append(old[index].moved(by: growth))
        index += 1
      }
      while let next = rest.first, Int(next.statement) < range.new.upperBound {
        result.append(next)
        rest.removeFirst()
      }
      while index < old.endIndex, Int(old[index].statement) < range.old.upperBound { index += 1 }
      growth = range.new.upperBound - range.old.upperBound
    }
    for mention in old[index...] { result.append(mention.moved(by: growth)) }
    return result
  }

  /// What is not used of the meanings of a name, and what becomes of what it means at the beginning.
  private typealias Walk = (unused: [Liveness.Unused], state: Liveness.State)

  /// Follows one name from the end of a body to its beginning.
  private static func walk(_ name: String, _ mentions: [NameMentions.Mention], _ statements: ChildList) -> Walk {
    var unused: [Liveness.Unused] = []
    var state = Liveness.State.left
    for mention in mentions.reversed() {
      let binds = mention.flags.contains(.binds)
      if mention.flags.contains(.isIntricate) || binds && state != .used {
        var liveness = Liveness()
        liveness[name] = state
        liveness.pass(statement: statements[Int(mention.statement)])
        unused += liveness.unused.filter { $0.name.plainName == name }
        state = liveness[name]
      } else if mention.flags.contains(.uses) {
        state = .used
      } else {
        state = .rebound
      }
    }
    return (unused, state)
  }
}

extension NameMentions.Mention {
  fileprivate func moved(by distance: Int) -> Self {
    Self(statement: statement + Int32(truncatingIfNeeded: distance), flags: flags)
  }
}

extension Declaration {
  /// The names of sizes and types that a parameter's type has, and no other parameter's.
  fileprivate func ownSizes(of parameter: Parameter) -> Set<String> {
    guard parameter.isInput, let type = parameter.type else { return [] }
    var names = type.usedNames
    for other in parameters where other.name != parameter.name { names.subtract(other.type?.usedNames ?? []) }
    return names
  }

  /// Whether a name stands in the signature anywhere but where it is declared.
  fileprivate func signatureUses(_ name: String) -> Bool {
    var isUsed = false
    for part in syntax.children where part.kind != .body {
      part.forEachNameUse { node, use in
        if use == .interpolated || use == .read && node.plainName == name && node.place != namePlace { isUsed = true }
      }
    }
    return isUsed
  }
}

extension Syntax {
  /// Whether a statement is there for the sizes of what it binds to a name: `x: f32[N, D] = …`.
  fileprivate func namesSizes(of name: Syntax) -> Bool {
    guard kind == .binding else { return false }
    let target = children.first { $0.kind == .target && $0.nameChild?.range == name.range }
    return target.map { $0.children.contains { $0.kind.isType && !$0.usedNames.isEmpty } } ?? false
  }

  fileprivate var usedNames: Set<String> {
    var names: Set<String> = []
    forEachNameUse { name, use in if use == .read, let name = name.plainName { names.insert(name) } }
    return names
  }
}
