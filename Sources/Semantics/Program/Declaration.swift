package import Syntax

/// What a file declares under a name: a model, a block or an operator.
package struct Declaration: Sendable {
  package enum Kind: Sendable {
    case model, block, `operator`
  }

  /// A formal parameter.
  package struct Parameter: Sendable {
    package var name: String
    /// The declared type; missing where the text is broken.
    package var type: Syntax?
    package var defaultValue: Syntax?
    package var isVariadic: Bool
    package var syntax: Syntax

    /// Where the name stands.
    package var namePlace: Place { syntax.nameChild?.place ?? syntax.place }

    /// Whether the parameter is a tensor, and with that an input, rather than configuration.
    package var isInput: Bool {
      switch type?.kind {
      case .tensorType, .sequenceType, .optionalType, .mapType, .sparseType, .listInput, .unknownType: true
      default: false
      }
    }
  }

  package var kind: Kind
  /// The name; of an operator with its domain, and its overload behind `~`.
  package var name: String
  package var parameters: [Parameter]
  /// The declared results, named or not; `nil` where the signature leaves them out.
  package var results: [Result]?
  package var constraints: [Syntax]
  package var body: Syntax?
  /// What an operator says of its cost: `macs = …`.
  package var cost: Syntax?
  package var syntax: Syntax
  /// The file that it stands in.
  package var file: SourceFile

  /// A declared result.
  package struct Result: Sendable {
    package var name: String?
    package var type: Syntax?
    package var syntax: Syntax
  }

  /// The parts of an operator's name; `nil` for models and blocks.
  package var operatorName: (domain: String, name: String, overload: String)? {
    guard kind == .operator else { return nil }
    let parts = name.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    let overload = parts.count > 1 ? String(parts[1]) : ""
    guard let dot = parts[0].lastIndex(of: ".") else { return ("", String(parts[0]), overload) }
    return (String(parts[0][..<dot]), String(parts[0][parts[0].index(after: dot)...]), overload)
  }

  package var isLibrary: Bool { file.isLibrary }
  package var inputs: [Parameter] { parameters.filter(\.isInput) }

  /// Where the name stands.
  package var namePlace: Place {
    syntax.children.first { $0.kind != .annotation }?.place ?? syntax.place
  }
}

extension Declaration {
  /// The declaration that a node of the file makes; `nil` where it has no name.
  init?(_ syntax: Syntax, in file: SourceFile) {
    guard let name = syntax.children.first(where: { $0.kind != .annotation })?.dottedName, !name.isEmpty else {
      return nil
    }
    kind =
      switch syntax.kind {
      case .modelDeclaration: .model
      case .operatorDeclaration: .operator
      default: .block
      }
    self.name = name
    cost = syntax.child(.costClause)?.firstChild
    self.syntax = syntax
    self.file = file
    parameters = syntax.child(.parameterList).map { $0.children.compactMap(Parameter.init) } ?? []
    results = syntax.child(.resultList).map { list in
      list.children.map { child in
        child.kind == .parameter
          ? Result(
            name: child.nameChild?.plainName, type: child.children.first { $0.kind.isType }, syntax: child)
          : Result(name: nil, type: child, syntax: child)
      }
    }
    constraints = syntax.child(.whereClause).map { Array($0.children) } ?? []
    body = syntax.child(.body)
  }
}

extension Declaration {
  /// Parameters and results whose name another one has; a block's results may be called as its inputs.
  ///
  /// - Parameter ofResults: only what results repeat, or only what parameters do.
  func repeatedNames(ofResults: Bool) -> [Diagnostic] {
    var taken: [String: Place] = [:]
    var diagnostics: [Diagnostic] = []
    func take(_ name: String, _ place: Place) {
      if let first = taken[name] {
        diagnostics.append(.duplicateName(name, at: place, first: first))
      } else {
        taken[name] = place
      }
    }
    for parameter in parameters { take(parameter.name, parameter.syntax.place) }
    if !ofResults { return diagnostics }
    diagnostics = []
    if kind == .block { taken = [:] }
    for result in results ?? [] {
      if let name = result.name { take(name, result.syntax.place) }
    }
    return diagnostics
  }
}

extension Declaration.Parameter {
  /// The parameter that a `parameter` node declares; `nil` where it has no name.
  init?(_ syntax: Syntax) {
    guard syntax.kind == .parameter, let name = syntax.nameChild?.plainName else { return nil }
    self.name = name
    self.syntax = syntax
    type = syntax.children.first { $0.kind.isType }
    defaultValue = syntax.child(.defaultValue)?.firstChild
    let first = syntax.children.first { $0.kind != .annotation }
    let firstToken = first.map { $0.tokens.lowerBound } ?? syntax.tokens.lowerBound
    isVariadic = firstToken > 0 && syntax.tree.tokens.kinds[firstToken - 1] == .star
  }
}

extension Syntax {
  /// A path of plain names as one text: `com.acme.RoiPool`, `my.domain.Fused~v2`; `nil` for other paths.
  package var dottedName: String? {
    switch kind {
    case .name, .quotedName: return plainName
    case .member, .overload:
      let parts = Array(children)
      guard parts.count == 2, let base = parts[0].dottedName, let name = parts[1].plainName else { return nil }
      return base + (kind == .member ? "." : "~") + name
    default: return nil
    }
  }

  /// The first child that is a name.
  var nameChild: Syntax? { children.first { $0.kind == .name || $0.kind == .quotedName } }
}

extension Declaration {
  /// Whether the file of the model is to say what the text says and no more: `@verbatim`.
  package var isVerbatim: Bool {
    kind == .model && syntax.annotations.contains { $0.name == "verbatim" || $0.name == "imported" }
  }

  /// Whether the weights file says what the text leaves out of such a file: names, order, docs: `@imported`.
  package var isImported: Bool { kind == .model && syntax.annotations.contains { $0.name == "imported" } }

  /// Whether it is a graph that a verbatim model trains with: `@training`.
  package var isTraining: Bool { kind == .model && syntax.annotations.contains { $0.name == "training" } }
}
