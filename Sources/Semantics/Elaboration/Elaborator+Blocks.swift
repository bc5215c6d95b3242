import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// Inlines a block: a frame of its own, sizes captured from the arguments, the body executed, the results checked.
  ///
  /// - Parameters:
  ///   - record: the instance where it was called or declared before.
  ///   - full: the instance's path from the frame's root; `nil` without a label.
  ///   - label: the path from the innermost open scope.
  mutating func callBlock(
    _ declaration: Declaration, _ arguments: Arguments, record: InstanceRecord?, full: String?, label: String?,
    at place: Place, name: Syntax
  ) -> [Term] {
    if let problem = recursion(of: declaration, at: name.place) { return [unknown(problem)] }
    calledDeclarations.insert(declaration.syntax)
    let errors = errorCount
    // Configuration means what it means to the caller.
    let configuration = configuration(arguments.named, of: declaration)
    let isMisspelt =
      arguments.isBroken
      || arguments.named.contains { argument in !declaration.parameters.contains { $0.name == argument.name } }
    let id =
      record?.id
      ?? builder.addInstance(
        Instance(
          .block, parent: frame.instance, label: label, callee: declaration.name, isLibrary: declaration.isLibrary,
          call: source(place)))
    var inner = Frame(declaration, instance: id)
    if let record, record.id != nil {
      inner.isRepeatedCall = true
      inner.instances = record.instances
      inner.unlabelled = record.unlabelled
      inner.scopeInstances = record.scopeInstances
      inner.parameters = record.parameters
    }
    let outerMuted = mutedCalls
    // Exchanged, and never copied: a second reference to what the outer frame knows would have all of it copied.
    swap(&frame, &inner)
    calls.append(ActiveCall(declaration: declaration, place: place))
    bindPredefined()
    bindParameters(
      arguments.positional, configuration, callee: name.place, call: place, isMisspelt: isMisspelt)
    if errorCount > errors { mute() }
    for constraint in declaration.constraints { check(requirement: constraint, reason: nil) }
    if let body = declaration.body { execute(body) }
    let results = checkedResults(of: declaration, at: place)
    calls.removeLast()
    mutedCalls = outerMuted
    swap(&frame, &inner)
    if inner.hasForgotten { frame.hasForgotten = true }
    builder.setInstanceOutputs(id, results.compactMap { if case .tensor(let value) = $0 { value } else { nil } })
    if let full {
      remember(full, declaration, arguments, id: id, inner: inner, at: place)
    } else if record == nil || frame.isRepeatedCall {
      let unlabelled = rememberUnlabelled(declaration, id: id, inner: inner, at: place)
      if record == nil, unlabelled.hasParameters { reportUnnamed(declaration, at: name) }
    }
    return results
  }

  /// Keeps quiet about what follows in the current call.
  mutating func mute() { mutedCalls = min(mutedCalls, calls.count) }

  /// Why a call cannot be inlined; `nil` where it can be.
  func recursion(of declaration: Declaration, at place: Place) -> Diagnostic? {
    if isActive(declaration) { return .recursive(declaration, deeperThan: nil, at: place) }
    let limit = Self.maximumCallDepth
    return calls.count < limit ? nil : .recursive(declaration, deeperThan: limit, at: place)
  }

  private func isActive(_ declaration: Declaration) -> Bool {
    calls.contains { $0.declaration.syntax == declaration.syntax } || declaration.syntax == model.syntax
  }

  /// Keeps a labelled instance for later calls, and its parameters for references.
  private mutating func remember(
    _ full: String, _ declaration: Declaration, _ arguments: Arguments, id: Graphs.Instance.ID, inner: Frame,
    at place: Place
  ) {
    var record =
      frame.instances[full]
      ?? InstanceRecord(declaration: declaration, configuration: arguments.named, place: place)
    // Tensors are each call's own.
    record.configuration.removeAll { argument in declaration.inputs.contains { $0.name == argument.name } }
    for index in record.configuration.indices where record.configuration[index].term == nil {
      record.configuration[index].term = evaluate(record.configuration[index].value)
    }
    record.keep(id, inner)
    frame.instances[full] = record
    for (path, value) in inner.parameters { frame.parameters["\(full).\(path)"] = value }
    for (path, nested) in inner.instances { frame.instances["\(full).\(path)"] = nested }
  }

  /// Keeps an unlabelled instance for when the frame's own instance is called again.
  private mutating func rememberUnlabelled(
    _ declaration: Declaration, id: Graphs.Instance.ID, inner: Frame, at place: Place
  ) -> InstanceRecord {
    var record = InstanceRecord(declaration: declaration, configuration: [], place: place)
    record.keep(id, inner)
    let number = frame.unlabelledCalls[declaration.syntax, default: 0]
    frame.unlabelledCalls[declaration.syntax] = number + 1
    if frame.unlabelled[declaration.syntax, default: []].indices.contains(number) {
      frame.unlabelled[declaration.syntax]?[number] = record
    } else {
      frame.unlabelled[declaration.syntax, default: []].append(record)
    }
    return record
  }

  /// Says that a layer with parameters has no label, so that the order of the text decides its path.
  private mutating func reportUnnamed(_ declaration: Declaration, at callee: Syntax) {
    let stem = declaration.name.lowercased()
    let path = frame.path(stem)
    let number = frame.unnamedLayers[path, default: 0]
    frame.unnamedLayers[path] = number + 1
    guard !Library.contains(callee.place.file) else { return }
    let indices = frame.rounds.map(\.first)
    let label: String?
    if indices.isEmpty {
      let candidates = (number...number + 1_000).lazy.map { $0 == 0 ? stem : "\(stem)_\($0)" }
      label = candidates.first { frame.taken[frame.path($0)] == nil }
    } else {
      label = indices.contains(nil) ? nil : stem + indices.compactMap(\.self).map { "[\($0)]" }.joined()
    }
    guard calls.count < mutedCalls, !unnamedLayers.contains(where: { $0.place == callee.place }) else { return }
    unnamedLayers.append(.unnamedLayer(declaration, path: path, label: label, at: callee))
  }

  // MARK: Binding of arguments

  /// The named arguments by name, evaluated in the caller's frame.
  mutating func configuration(_ arguments: [NamedArgument], of declaration: Declaration) -> [String: GivenArgument] {
    var configuration: [String: GivenArgument] = [:]
    for argument in arguments {
      guard let parameter = declaration.parameters.first(where: { $0.name == argument.name }) else {
        if hasBrokenParameters(declaration) { continue }
        let candidates = declaration.parameters.map(\.name)
        report(
          .unknownArgument(
            argument.name, of: declaration.name, candidates: candidates, given: arguments.map(\.name),
            at: argument.syntax.firstChild?.place ?? argument.syntax.place))
        continue
      }
      let place = argument.value.place
      var term = value(of: argument)
      if !parameter.isInput { term = converted(term, to: parameter, at: place) }
      configuration[argument.name] = GivenArgument(
        term: term, place: place, name: argument.syntax.firstChild?.place ?? place)
    }
    return configuration
  }

  /// Gives every parameter of the frame's block its meaning, and captures the sizes of the inputs.
  ///
  /// - Parameters:
  ///   - callee: the place of the callee's name, and `call` that of the whole call.
  ///   - isMisspelt: whether an argument was not understood: what is missing is most likely that one.
  mutating func bindParameters(
    _ positional: [PositionalArgument], _ configuration: [String: GivenArgument], callee: Place, call: Place,
    isMisspelt: Bool
  ) {
    let declaration = frame.declaration
    let isMisspelt =
      reportInputsGivenTwice(positional, configuration) || isMisspelt || hasBrokenParameters(declaration)
    for parameter in declaration.parameters where !parameter.isInput {
      if let given = configuration[parameter.name] {
        bind(parameter.name, given.term, at: parameter.syntax.place)
      }
    }
    checkCounts(
      positional, given: Set(configuration.keys), callee: callee, call: call, isMisspelt: isMisspelt)
    var remaining = positional[...]
    for parameter in declaration.parameters {
      if !parameter.isInput {
        bindDefault(of: parameter)
        continue
      }
      if parameter.isVariadic {
        let terms = remaining.map { input($0, parameter) }
        remaining = []
        bind(parameter.name, .list(terms), at: parameter.syntax.place)
        continue
      }
      let argument = remaining.popFirst()
      if let given = configuration[parameter.name] {
        let argument = PositionalArgument(term: given.term, place: given.place)
        bind(parameter.name, input(argument, parameter), at: parameter.syntax.place)
      } else if let argument {
        bind(parameter.name, input(argument, parameter), at: parameter.syntax.place)
      } else if let value = parameter.defaultValue {
        bind(parameter.name, evaluate(value), at: parameter.syntax.place)
      } else {
        if !isMisspelt { atCaller { $0.report(.missingInput(parameter.name, of: declaration, at: callee)) } }
        bind(parameter.name, .unknown, at: parameter.syntax.place)
        captureNothing(parameter)
      }
    }
  }

  /// Whether a declaration has parameters that cannot be read: what it takes is not known.
  func hasBrokenParameters(_ declaration: Declaration) -> Bool {
    guard let list = declaration.syntax.child(.parameterList) else { return false }
    return list.tokens.isEmpty || program.isBroken(list.place)
  }

  /// Whether the parser has found a mistake in what stands before the body of a declaration.
  func hasBrokenHead(_ declaration: Declaration) -> Bool {
    let (whole, body) = (declaration.syntax.place, declaration.syntax.child(.body))
    let end = body.map { $0.range.lowerBound } ?? whole.range.upperBound
    return program.isBroken(Place(file: whole.file, range: whole.range.lowerBound..<end))
  }

  /// Reports configuration that is missing and tensors that are too many; configuration among the tensors is both.
  ///
  /// - Parameter given: what is given by name.
  private mutating func checkCounts(
    _ positional: [PositionalArgument], given: Set<String>, callee: Place, call: Place, isMisspelt: Bool
  ) {
    let declaration = frame.declaration
    let inputs = declaration.inputs
    let taken = inputs.contains(where: \.isVariadic) ? Int.max : inputs.count { !given.contains($0.name) }
    let extra = Array(positional.dropFirst(taken))
    let free = declaration.parameters.filter { !$0.isInput && !given.contains($0.name) }
    let missing = free.filter { $0.defaultValue == nil }
    for parameter in missing { bind(parameter.name, .unknown, at: declaration.namePlace) }
    guard !isMisspelt, !extra.contains(where: \.term.isUnknown) else { return }
    let file = program.modules[call.file]?.file
    if let first = extra.first {
      let misplaced = extra.enumerated().map { index, argument in
        MisplacedConfiguration(
          text: file.map { String(decoding: $0.tree.source[argument.place.range], as: UTF8.self) } ?? "…",
          place: argument.place,
          parameter: free[safe: index].flatMap { takes(argument.term, as: $0) ? $0.name : nil })
      }
      let meant = Set(misplaced.compactMap(\.parameter))
      let rest = missing.filter { !meant.contains($0.name) }
      let isConfiguration = !extra.contains { $0.term.isTensor || $0.term.isNone }
      let additions = adding(rest, to: call, callee: callee, in: file)
      atCaller {
        $0.report(
          isConfiguration
            ? .configurationByPosition(
              misplaced, wanted: inputs.count, of: declaration,
              rest: additions)
            : .tooManyArguments(
              positional.count + inputs.count { given.contains($0.name) }, wanted: inputs.count, of: declaration,
              at: first.place))
      }
    } else if !missing.isEmpty {
      let additions = adding(missing, to: call, callee: callee, in: file)
      atCaller {
        $0.report(
          .missingConfiguration(
            missing.map(\.name), of: declaration, at: callee, fixes: additions))
      }
    }
  }

  /// Fixes that give a call the configuration that it lacks.
  private mutating func adding(
    _ parameters: [Declaration.Parameter], to call: Place, callee: Place, in file: SourceFile?
  ) -> [Fix] {
    guard let file else { return [] }
    if !parameters.isEmpty { guessedCalls += 1 }
    return Fix.adding(
      parameters, to: call, callee: callee, in: file, guesses: guessedCalls <= Self.guessedCallLimit)
  }

  /// For how many calls of a model values are guessed that they lack.
  private static let guessedCallLimit = 16

  /// Whether an input is given by its name and by position, by a pipe for example, which is reported.
  ///
  /// Where nothing but configuration would be left over, as in `Linear(64, x=x)`, that is the mistake.
  private mutating func reportInputsGivenTwice(
    _ positional: [PositionalArgument], _ given: [String: GivenArgument]
  ) -> Bool {
    let inputs = frame.declaration.inputs
    guard positional.count <= inputs.count || inputs.contains(where: \.isVariadic) else { return false }
    let byPosition = zip(inputs.prefix { !$0.isVariadic }, positional)
    guard let (input, argument) = byPosition.first(where: { given[$0.0.name] != nil }),
      let name = given[input.name]?.name
    else { return false }
    // What is not understood may be a list of any length.
    if argument.term.isUnknown { return true }
    let extra = positional.dropFirst(inputs.count { given[$0.name] == nil })
    if !extra.isEmpty, !extra.contains(where: { $0.term.isTensor || $0.term.isNone }) { return false }
    let free = inputs.dropFirst(positional.count).filter {
      given[$0.name] == nil && $0.defaultValue == nil && !$0.isVariadic
    }
    let problem = Diagnostic.inputGivenTwice(
      input.name, of: frame.declaration.name, at: name, first: argument, free: free.map(\.name))
    atCaller { $0.report(problem) }
    return true
  }

  /// Runs `body` so that what it reports is the caller's.
  private mutating func atCaller(_ body: (inout Elaborator) -> Void) {
    guard let call = calls.popLast() else { return body(&self) }
    body(&self)
    calls.append(call)
  }

  private mutating func bindDefault(of parameter: Declaration.Parameter) {
    guard local(parameter.name) == nil else { return }
    let term = parameter.defaultValue.map { converted(evaluate($0), to: parameter, at: $0.place) } ?? .unknown
    bind(parameter.name, term, at: parameter.syntax.place)
  }

  /// Matches an argument with an input's declared type.
  private mutating func input(_ argument: PositionalArgument, _ parameter: Declaration.Parameter) -> Term {
    guard let type = parameter.type else { return argument.term }
    bindConfigurationNames(in: type)
    var term = argument.term
    if type.kind == .listInput {
      let subject = "`\(parameter.name)` of \(frame.declaration.name)"
      var listed: [(name: String, term: Term)]?
      atCaller { listed = $0.matchList(term, type, subject: subject, at: argument.place) }
      return listed.map { grouped($0, as: type) } ?? .unknown
    }
    if !term.isUnknown, !term.isNone {
      let element = type.firstChild.flatMap { head -> ElementType? in
        if head.kind == .elementType { return ElementType(spelling: head.text) }
        if let name = head.plainName, case .element(let element)? = local(name)?.term { return element }
        return nil
      }
      term = tensorValue(of: term, like: element, at: argument.place).map { .tensor($0) } ?? .unknown
    }
    guard case .tensor(let value) = term else {
      if term.isNone, parameter.defaultValue == nil {
        let declaration = frame.declaration
        atCaller { $0.report(.missingInput(parameter.name, of: declaration, at: argument.place)) }
      }
      captureNothing(parameter)
      return term
    }
    let subject = "`\(parameter.name)` of \(frame.declaration.name)"
    let actual = builder.known(value).type
    atCaller { $0.match(type, actual, subject: subject, at: argument.place, of: value) }
    return term
  }

  /// Configuration that an input's type mentions gets its default before the sizes are matched.
  ///
  /// - Parameter count: of how many parameters; a default may use those that stand before its own, and so never itself.
  private mutating func bindConfigurationNames(in type: Syntax, ofFirst count: Int = .max) {
    for (index, parameter) in frame.declaration.parameters.prefix(count).enumerated()
    where !parameter.isInput && local(parameter.name) == nil && type.mentions(parameter.name) {
      if let value = parameter.defaultValue { bindConfigurationNames(in: value, ofFirst: index) }
      bindDefault(of: parameter)
    }
  }

  /// Without an argument, what its type would have captured is unknown.
  private mutating func captureNothing(_ parameter: Declaration.Parameter) {
    guard let type = parameter.type, type.kind == .tensorType else { return }
    match(type, .unknown, subject: parameter.name, at: parameter.syntax.place)
  }

  // MARK: Results

  /// Whether the parser has found mistakes in a declaration, or what follows it belongs to nothing.
  private func isBroken(_ declaration: Declaration) -> Bool {
    if program.isBroken(declaration.syntax.place) { return true }
    let end = declaration.syntax.range.upperBound
    let next = declaration.file.tree.root.children.first { $0.range.lowerBound >= end }
    return next?.kind == .error
  }

  /// Returns what has the names of the declared results, or what the last statement binds.
  private func returnFix(_ declaration: Declaration) -> [Fix] {
    guard let last = declaration.body.flatMap({ Array($0.children).last }) else { return [] }
    var names = declaration.results?.compactMap(\.name) ?? []
    if names.isEmpty || names.contains(where: { local($0) == nil }) {
      let targets = last.kind == .binding ? last.children.filter { $0.kind == .target } : []
      names = targets.compactMap { $0.nameChild?.plainName }
    }
    let spellings = names.compactMap(resultSpelling)
    guard !names.isEmpty, spellings.count == names.count, names.count == declaration.results?.count ?? names.count
    else { return [] }
    let place = last.place
    let indentation = max(0, declaration.file.position(of: place.range.lowerBound).column - 1)
    return [
      .addingLine("return \(spellings.joined(separator: ", "))", behind: place, indentation: indentation)
    ]
  }

  /// How a `return` writes what a name stands for; `nil` where that is no tensor.
  private func resultSpelling(_ name: String) -> String? {
    let spelling = Dimension.spelling(ofName: name)
    switch local(name)?.term {
    case .tensor, .integer, .float, .literal: return spelling
    case .list(let elements) where elements.allSatisfy(\.isTensor): return "*\(spelling)"
    default: return nil
    }
  }

  /// What the body returned, checked against the signature.
  mutating func checkedResults(of declaration: Declaration, at place: Place) -> [Term] {
    guard let results = frame.results else {
      if declaration.body != nil, !isBroken(declaration) {
        report(.missingReturn(declaration, fixes: returnFix(declaration)))
      }
      return Array(repeating: .unknown, count: max(1, declaration.results?.count ?? 1))
    }
    guard let declared = declaration.results else { return results }
    guard results.count == declared.count else {
      if let list = declaration.syntax.child(.resultList), !program.isBroken(list.place) {
        report(.returnCount(results.count, declared: declared.count, of: declaration))
      }
      return results + Array(repeating: .unknown, count: max(0, declared.count - results.count))
    }
    return zip(results, declared).enumerated().map { index, pair in
      var (term, result) = pair
      let place = frame.resultPlaces[safe: index] ?? result.syntax.place
      if declaration.kind == .block, let type = result.type, type.kind == .listInput {
        return matchList(term, type, subject: declaration.name, at: place) == nil ? .unknown : term
      }
      guard let type = result.type, type.kind == .tensorType else { return term }
      if !term.isTensor, !term.isUnknown, !term.isNone {
        term = tensorValue(of: term, like: nil, at: place).map { .tensor($0) } ?? .unknown
      }
      guard case .tensor(let value) = term else { return term }
      // The types of a verbatim model are kept as they are.
      if isVerbatim, declaration.kind == .model { return term }
      let subject = result.name.map { "the result `\($0)`" } ?? "the result of \(declaration.name)"
      match(type, builder.known(value).type, subject: subject, at: place, of: value)
      refine(value, with: resolve(type, declaring: false))
      return term
    }
  }
}

extension Syntax {
  /// Whether the name stands anywhere in the node.
  func mentions(_ name: String) -> Bool {
    if kind == .name { return plainName == name }
    return children.contains { $0.mentions(name) }
  }

  /// Whether recovery left an error node directly in the body.
  var hasErrors: Bool { children.contains { $0.kind == .error } }
}
