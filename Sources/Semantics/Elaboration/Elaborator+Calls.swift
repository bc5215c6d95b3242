import Graphs
import Operators
import Syntax
package import Tensors

/// What a call calls.
package enum Callee: Sendable {
  indirect case declaration(Declaration)
  /// An instance that a label made, by its path from the frame's root.
  case instance(String)
  case `operator`(domain: String, name: String, overload: String = "")
  /// A function of configuration, such as `max`.
  case function(CompileTimeFunction)
  /// An element type: `f16(0.5)`.
  case conversion(ElementType?)
  /// Nothing; it was told already.
  case failed
}

/// A callee's name with the file in which it stands.
struct CalleeKey: Hashable {
  var name: String
  var file: UInt32
}

extension Elaborator {
  /// Evaluates a call, labelled or not; `piped` goes before its positional arguments.
  mutating func call(_ expression: Syntax, piped: PositionalArgument?, wanted: Wanted) -> [Term] {
    var expression = expression
    while expression.kind == .parenthesized, let inner = expression.firstChild { expression = inner }
    var label: Syntax?
    if expression.kind == .label {
      guard let parts = expression.pair else { return [.unknown] }
      label = parts.0
      expression = parts.1
    }
    let calleeSyntax = expression.kind == .call ? expression.firstChild ?? expression : expression
    if calleeSyntax.kind == .omitted { return [.unknown] }
    if let value = nan(expression) { return [.float(value)] }
    guard let callee = callee(calleeSyntax, of: CallSyntax(call: expression, isPiped: piped != nil)) else {
      // The arguments have their own mistakes and types.
      if expression.kind == .call { _ = self.arguments(of: expression) }
      return Array(repeating: .unknown, count: max(1, wanted.count ?? 1))
    }
    let meaning = meaning(of: callee)
    observe(.callee(meaning), at: calleeSyntax.place)
    var arguments = expression.kind == .call ? self.arguments(of: expression) : Arguments()
    if let piped { arguments.positional.insert(piped, at: 0) }
    return call(callee, calleeSyntax, arguments, label: label, at: expression.place, wanted: wanted)
  }

  /// `nan(0x7fc00001)`: the NaN with the bits of a float.
  private func nan(_ call: Syntax) -> Double? {
    guard call.kind == .call, let callee = call.firstChild, callee.kind == .name, callee.plainName == "nan",
      case .float? = local("nan")?.term, let arguments = call.child(.argumentList)?.children.map(\.self),
      arguments.count == 1, arguments[0].kind == .integer, let bits = arguments[0].integerValue
    else { return nil }
    return UInt32(exactly: bits).flatMap { Double(nanOf: $0) }
  }

  /// A callee as it is seen from outside the frame: the block of an instance for the instance.
  private func meaning(of callee: Callee) -> Callee {
    guard case .instance(let path) = callee, let record = frame.instances[path] else { return callee }
    return .declaration(record.declaration)
  }

  private mutating func call(
    _ callee: Callee, _ calleeSyntax: Syntax, _ arguments: Arguments, label: Syntax?, at place: Place, wanted: Wanted
  ) -> [Term] {
    var full: String?
    var relative: String?
    if let label {
      guard let path = path(label) else { return [.unknown] }
      relative = path
      full = frame.path(path)
      guard claim(frame.path(path), at: label.place) else { return [.unknown] }
    }
    switch callee {
    case .declaration(let declaration) where declaration.kind == .operator:
      return labelled(relative, as: declaration.name, at: place) {
        $0.callDeclaredOperator(declaration, arguments, wanted: wanted, at: place, name: calleeSyntax)
      }
    case .declaration(let declaration):
      let record = frame.isRepeatedCall ? earlierInstance(full, of: declaration) : nil
      return callBlock(
        declaration, arguments, record: record, full: full, label: relative, at: place, name: calleeSyntax)
    case .instance(let path):
      guard let record = frame.instances[path] else { return [.unknown] }
      if let label { report(.labelledInstance(label, path: path)) }
      var arguments = arguments
      let given = Set(arguments.named.map(\.name))
      arguments.named += record.configuration.filter { !given.contains($0.name) }
      return callBlock(
        record.declaration, arguments, record: record, full: path, label: relativeLabel(path), at: place,
        name: calleeSyntax)
    case .operator(let domain, let name, let overload):
      let target = OperatorName(domain: domain, name: name, overload: overload)
      return labelled(relative, as: name, at: place) {
        $0.callOperator(target, arguments, wanted: wanted, at: place, callee: calleeSyntax)
      }
    case .failed: return [.unknown]
    case .function(let function):
      refuseNames(arguments, of: function.rawValue)
      return [apply(function, arguments, at: place)]
    case .conversion(let element):
      refuseNames(arguments, of: calleeSyntax.text)
      return [convert(arguments, to: element, at: place)]
    }
  }

  /// Runs a call of an operator in a scope of its label, where it has one.
  private mutating func labelled(
    _ label: String?, as callee: String, at place: Place, _ call: (inout Elaborator) -> [Term]
  ) -> [Term] {
    guard let label else { return call(&self) }
    let outer = frame.instance
    frame.instance = builder.addInstance(
      Instance(.scope, parent: outer, label: label, callee: callee, call: source(place)))
    defer { frame.instance = outer }
    return call(&self)
  }

  /// The instance that an earlier call of the frame's block made here: by its path, or else by the order of the calls.
  private func earlierInstance(_ full: String?, of declaration: Declaration) -> InstanceRecord? {
    if let full { return frame.instances[full] }
    let number = frame.unlabelledCalls[declaration.syntax, default: 0]
    return frame.unlabelled[declaration.syntax]?[safe: number]
  }

  /// A path from the frame's root as a label from the innermost open scope.
  private func relativeLabel(_ path: String) -> String {
    let prefix = frame.scopes.joined(separator: ".") + "."
    return !frame.scopes.isEmpty && path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  // MARK: Callees

  /// What a callee's name or path means; nothing, with a report, where it means nothing.
  ///
  /// - Parameter call: what the call looks like, for names that a block and an operator share.
  mutating func callee(_ syntax: Syntax, of call: CallSyntax? = nil) -> Callee? {
    switch syntax.kind {
    case .elementType:
      return .conversion(ElementType(spelling: syntax.text))
    case .name, .quotedName:
      return namedCallee(syntax, of: call)
    case .member:
      if let root = rootName(of: syntax), local(root) == nil, let dotted = syntax.dottedName {
        if let found = frame.resolve(dotted, in: frame.instances) { return .instance(found.path) }
        if let found = declaredCallee(dotted, of: call, at: syntax) { return found }
        if let callee = qualifiedOperator(dotted) { return callee }
      }
      // In a verbatim model a value may have the name of a domain.
      if isVerbatim, calls.isEmpty, let dotted = syntax.dottedName,
        frame.resolve(dotted, in: frame.instances) == nil
      {
        if let found = declaredCallee(dotted, of: call, at: syntax) { return found }
        if let callee = qualifiedOperator(dotted) { return callee }
      }
      return instanceCallee(syntax)
    case .index:
      return instanceCallee(syntax)
    case .overload:
      return overloadedCallee(syntax)
    default:
      report(.notCallable(syntax))
      return nil
    }
  }

  private mutating func namedCallee(_ syntax: Syntax, of call: CallSyntax?) -> Callee? {
    guard let name = name(syntax) else { return nil }
    switch local(name)?.term {
    case .callee(let other)? where other != syntax: return callee(other, of: call)
    case .element(let element)?: return .conversion(element)
    default: break
    }
    if let found = frame.resolve(name, in: frame.instances) { return .instance(found.path) }
    let key = CalleeKey(name: name, file: syntax.tree.file)
    if let known = knownCallees[key] { return known }
    let found = fixedCallee(name, of: call, at: syntax)
    if let found {
      // Of a name that several things have, each call decides, or is told of, by itself.
      if !Library.apartFromOperators.contains(name), program.declarations(named: name, in: key.file).count < 2 {
        knownCallees[key] = found
      }
      return found
    }
    if let local = local(name) {
      if !local.term.isUnknown { report(.notCallable(syntax, local.term)) }
      return nil
    }
    if isOfMissingImport(name) { return nil }
    let candidates =
      program.declarationNames(in: frame.declaration.file.number) + Catalogue.names() + Array(frame.instances.keys)
    var problem = Diagnostic.unknownCallee(name, candidates: candidates, at: syntax.place)
    if isVerbatim, calls.isEmpty {
      // The file calls an operator that ONNX does not have.
      problem.severity = .warning
      report(problem)
      return .operator(domain: "", name: name)
    }
    report(problem)
    return nil
  }

  /// What a name means wherever it stands in a file: a declaration, a function or an operator.
  private mutating func fixedCallee(_ name: String, of call: CallSyntax?, at syntax: Syntax) -> Callee? {
    if let found = declaredCallee(name, of: call, at: syntax) { return found }
    if let function = CompileTimeFunction(rawValue: name) { return .function(function) }
    if Catalogue.newestSchema(name: name) != nil { return .operator(domain: "", name: name) }
    for domain in builder.opsets.keys.sorted() where Catalogue.newestSchema(domain: domain, name: name) != nil {
      return .operator(domain: domain, name: name)
    }
    return nil
  }

  /// Whether a name may come from an import that was not found, which was told there.
  private func isOfMissingImport(_ name: String) -> Bool {
    program.modules[frame.declaration.file.number]?.missingImports.contains { alias in
      alias.map { name.hasPrefix($0 + ".") } ?? true
    } ?? false
  }

  /// The declaration of a name, where there is one; of several that imports bring, the first, with a report.
  private mutating func declaredCallee(_ name: String, of call: CallSyntax?, at syntax: Syntax) -> Callee? {
    // A name means what it means where it stands: a block of the user's may come in as configuration.
    let file = syntax.place.file
    let found = program.declarations(named: name, in: file)
    guard let first = found.first else { return nil }
    if found.count > 1 { report(.ambiguousDeclaration(name, found, at: syntax.place)) }
    guard let call, first.isLibrary, !Library.contains(file), Library.apartFromOperators.contains(first.name) else {
      return .declaration(first)
    }
    return chosen(between: first, CallShape(call.call, isPiped: call.isPiped), at: syntax) ?? .failed
  }

  /// `my.domain.Fused~v2`.
  private mutating func overloadedCallee(_ syntax: Syntax) -> Callee? {
    guard let name = syntax.dottedName else {
      report(.notCallable(syntax))
      return nil
    }
    if let found = declaredCallee(name, of: nil, at: syntax) { return found }
    let parts = name.split(separator: "~", maxSplits: 1).map(String.init)
    guard parts.count == 2, case .operator(let domain, let base, _)? = qualifiedOperator(parts[0]) else {
      report(
        .unknownCallee(name, candidates: program.declarationNames(in: frame.declaration.file.number), at: syntax.place))
      return nil
    }
    return .operator(domain: domain, name: base, overload: parts[1])
  }

  /// `onnx.LSTM`, `com.microsoft.FusedMatMul`.
  private func qualifiedOperator(_ path: String) -> Callee? {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    let qualifier = String(path[..<dot])
    let domain = qualifier == "onnx" ? "" : Catalogue.canonical(qualifier)
    guard domain.isEmpty || isVerbatim || program.opsets[domain] != nil || Catalogue.newestOpset(domain: domain) != nil
    else {
      return nil
    }
    return .operator(domain: domain, name: String(path[path.index(after: dot)...]))
  }

  private mutating func instanceCallee(_ syntax: Syntax) -> Callee? {
    guard let path = path(syntax) else { return nil }
    if let found = frame.resolve(path, in: frame.instances) { return .instance(found.path) }
    if !isOfMissingImport(path) {
      report(.unknownInstance(path, candidates: Array(frame.instances.keys), at: syntax.place))
    }
    return nil
  }

  // MARK: Arguments

  /// The arguments of a call: positional ones evaluated, named ones left to the callee.
  mutating func arguments(of call: Syntax) -> Arguments {
    var arguments = Arguments()
    let end = call.range.upperBound
    arguments.isBroken = program.isBroken(Place(file: call.place.file, range: end..<end))
    guard let list = call.child(.argumentList) else { return arguments }
    arguments.positional.reserveCapacity(4)
    for child in list.children {
      if program.isBroken(child.place) { arguments.isBroken = true }
      switch child.kind {
      case .namedArgument:
        guard let (nameSyntax, value) = child.pair, let name = name(nameSyntax) else { continue }
        if let first = arguments.named.first(where: { $0.name == name }) {
          report(.duplicateName(name, at: nameSyntax.place, first: first.syntax.place))
          continue
        }
        arguments.named.append(NamedArgument(name: name, value: value, syntax: child))
      case .spread:
        guard let list = child.firstChild else { continue }
        arguments.positional += spread(list).map { PositionalArgument(term: $0, place: child.place) }
      case .error, .omitted:
        arguments.positional.append(PositionalArgument(term: .unknown, place: child.place))
      default:
        arguments.positional.append(PositionalArgument(term: evaluate(child), place: child.place))
      }
    }
    return arguments
  }

  private mutating func refuseNames(_ arguments: Arguments, of callee: String) {
    for argument in arguments.named {
      report(.unknownArgument(argument.name, of: callee, candidates: [], at: argument.syntax.place))
    }
  }

  /// The value of a named argument.
  mutating func value(of argument: NamedArgument) -> Term {
    argument.term ?? evaluate(argument.value)
  }
}
