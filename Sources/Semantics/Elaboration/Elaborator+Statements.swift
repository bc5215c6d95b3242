import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// Executes the statements of a body in order, up to a `return`.
  mutating func execute(_ body: Syntax) {
    for statement in body.children {
      guard startsStatement(statement, of: body) else { return }
      execute(statement: statement)
    }
  }

  /// Counts a statement that is about to be executed; `false` where the body ends before it.
  mutating func startsStatement(_ statement: Syntax, of body: Syntax) -> Bool {
    countStep()
    guard !isExhausted else { return false }
    guard frame.results == nil else {
      if statement.kind != .error, !program.isBroken(body.place) { report(.unreachable(statement, in: body)) }
      return false
    }
    return true
  }

  mutating func execute(statement: Syntax) {
    switch statement.kind {
    case .binding: executeBinding(statement)
    case .parameterStatement: executeParameter(statement, role: .parameter)
    case .bufferStatement: executeParameter(statement, role: .buffer)
    case .constStatement: executeConst(statement)
    case .layerStatement: executeLayer(statement)
    case .repeatStatement: executeRepeat(statement)
    case .ifStatement: executeIf(statement)
    case .scopeStatement: executeScope(statement)
    case .weightsStatement: executeWeights(statement)
    case .requireStatement: executeRequire(statement)
    case .returnStatement: executeReturn(statement)
    case .error: forgetTargets(of: statement)
    default: break
    }
  }

  mutating func bind(_ name: String, _ term: Term, at place: Place) { bind(names.name(name), term, at: place) }

  mutating func bind(_ name: Name, _ term: Term, at place: Place) {
    let local = Frame.Local(term: term, place: place)
    frame.locals[name] = local
    if calls.isEmpty { trail?.bindings.append(Trail.Binding(name: name, local: local)) }
    observe(.binding(term), at: place)
  }

  // MARK: Bindings

  private mutating func executeBinding(_ statement: Syntax) {
    if let (name, expression) = statement.plainBinding {
      let nodeCount = builder.graph.nodes.count
      let tree = statement.tree
      let place = Place(file: tree.file, range: tree.bytes(name))
      let term =
        isUndefined(expression)
        ? undefinedValue(tree.text(name), at: place) : evaluate(expression)
      annotate(statement, results: [term], nodesBefore: nodeCount)
      if isVerbatim { keepName(tree.text(name), of: term, nodesBefore: nodeCount) }
      return bind(names.name(place.range, in: tree.source), term.isUnknown ? .unknown : term, at: place)
    }
    let targets = statement.children.filter { $0.kind == .target }
    guard let expression = statement.children.first(where: { $0.kind != .target && $0.kind != .annotation }) else {
      return
    }
    let collects = targets.contains(where: \.isStarred)
    let wanted = Wanted(
      count: collects ? nil : targets.count,
      discarded: targets.count > 1 ? targets.map { $0.child(.discard) != nil } : [])
    let nodeCount = builder.graph.nodes.count
    var terms =
      if targets.count == 1, isUndefined(expression), let name = targets[0].nameChild?.plainName {
        [undefinedValue(name, at: targets[0].place)]
      } else {
        evaluateAll(expression, wanted: wanted)
      }
    annotate(statement, results: terms, nodesBefore: nodeCount)
    if isVerbatim { omitOutput(targets, terms, of: statement, nodesBefore: nodeCount) }
    var isList = false
    if targets.count > 1 || collects, terms.count == 1, case .list(let elements) = terms[0] {
      terms = elements
      isList = true
    }
    if terms.count == 1, terms[0].isUnknown {
      for target in targets { bind(target, .unknown) }
      return
    }
    let isShort = terms.count < targets.count - (collects ? 1 : 0)
    // Of a call's results the last ones may be left; a list is taken apart in full.
    if isShort || isList && !collects && terms.count > targets.count {
      report(.resultCount(terms.count, targets: targets.count, at: expression.place))
      for target in targets { bind(target, .unknown) }
      return
    }
    var next = 0
    for (index, target) in targets.enumerated() {
      let term: Term
      if target.isStarred {
        let count = max(0, terms.count - next - (targets.count - index - 1))
        term = .list(Array(terms[next..<(next + count)]))
        next += count
      } else {
        term = next < terms.count ? terms[next] : .unknown
        next += 1
      }
      bind(target, term)
      annotate(target, term, of: index == 0 ? statement : nil, nodesBefore: nodeCount)
      if isVerbatim, let syntax = target.nameChild, let name = name(syntax) {
        keepName(name, of: term, nodesBefore: nodeCount)
      }
    }
  }

  /// Whether an expression stands for a name that nothing of a verbatim model defines: `t = none`.
  ///
  /// Mutating, for the elaborator would be copied to be asked.
  private mutating func isUndefined(_ expression: Syntax) -> Bool {
    expression.kind == .none && isVerbatim && calls.isEmpty
  }

  private mutating func bind(_ target: Syntax, _ term: Term) {
    var term = term
    if let type = target.children.first(where: { $0.kind.isType }) { term = ascribed(term, type) }
    guard let syntax = target.nameChild, let text = name(syntax) else { return }
    bind(text, term, at: syntax.place)
  }

  /// Names that a broken or skipped statement would have bound are unknown, not missing.
  private mutating func forgetTargets(of statement: Syntax) {
    frame.hasForgotten = true
    for child in statement.children {
      if child.kind == .target, let name = child.nameChild, let text = name.plainName {
        bind(text, .unknown, at: name.place)
      } else if child.kind == .parameterStatement || child.kind == .bufferStatement || child.kind == .constStatement {
        if let name = child.firstChild?.plainName { bind(name, .unknown, at: child.place) }
      } else if child.kind != .graphLiteral {
        forgetTargets(of: child)
      }
    }
  }

  // MARK: Control

  private mutating func executeRepeat(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard let body = children.last, body.kind == .body, children.count >= 3 else { return }
    let names = children.dropLast(2)
    let source = children[children.count - 2]
    guard let rounds = repetitions(source) else {
      for name in names {
        if let text = name.plainName { bind(text, .unknown, at: name.place) }
      }
      return forgetTargets(of: body)
    }
    if rounds.isEmpty { reportNoRounds(of: statement, source, body) }
    let outerRounds = frame.rounds
    frame.rounds.append(Self.indices(among: names.map(\.plainName), of: rounds))
    defer { frame.rounds = outerRounds }
    for round in rounds {
      countStep()
      guard !isExhausted else { return }
      var values = [round]
      if names.count > 1 {
        if case .list(let elements) = round { values = elements }
        if values.count != names.count {
          report(.resultCount(values.count, targets: names.count, at: source.place))
        }
      }
      for (index, name) in names.enumerated() {
        if let text = name.plainName { bind(text, values[safe: index] ?? .unknown, at: name.place) }
      }
      execute(body)
      if frame.results != nil { return }
    }
  }

  /// The variables of a `repeat` that are another integer in each of its rounds.
  private static func indices(among names: [String?], of rounds: [Term]) -> [String] {
    names.enumerated().compactMap { index, name in
      let values = rounds.compactMap { round -> Int? in
        var value = round
        if names.count > 1, case .list(let elements) = round { value = elements[safe: index] ?? .unknown }
        guard case .integer(let number) = value, let constant = number.constant, constant >= 0 else { return nil }
        return constant
      }
      return Set(values).count == rounds.count ? name : nil
    }
  }

  /// The values that a `repeat` runs through.
  mutating func repetitions(_ source: Syntax) -> [Term]? {
    guard source.kind == .range else {
      switch evaluate(source) {
      case .list(let elements): return elements
      case .unknown: return nil
      case .integer:
        report(.countForRange(source))
        return nil
      case let other:
        report(.wrongKind(other, wanted: "a list or a range", at: source.place))
        return nil
      }
    }
    let bounds = Array(source.children)
    guard bounds.count == 2, let lower = constantInteger(bounds[0]), let upper = constantInteger(bounds[1]) else {
      return nil
    }
    let (count, overflow) = upper.subtractingReportingOverflow(lower)
    guard !overflow || upper < lower, count <= Self.maximumRepetitions else {
      report(.tooManyRepetitions(overflow ? .max : count, at: source.place))
      return nil
    }
    return lower < upper ? (lower..<upper).map { .integer(Dimension($0)) } : []
  }

  private mutating func executeIf(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard let condition = children.first else { return }
    guard let decision = branch(on: condition) else {
      for branch in children.dropFirst() { forgetTargets(of: branch) }
      return
    }
    let branch = decision ? children[safe: 1] : children[safe: 2]
    reportOtherBranch(of: children, statement, isElse: decision)
    guard let branch else { return }
    if branch.kind == .ifStatement { executeIf(branch) } else { execute(branch) }
  }

  private mutating func executeScope(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard children.count == 2, let path = path(children[0]) else { return }
    let outer = frame.instance
    // A scope that is opened again is the same one.
    let full = frame.path(path)
    let instance =
      frame.scopeInstances[full]
      ?? builder.addInstance(
        Instance(.scope, parent: outer, label: path, callee: "scope", call: source(statement.place)))
    frame.scopeInstances[full] = instance
    frame.instance = instance
    frame.scopes.append(path)
    execute(children[1])
    frame.scopes.removeLast()
    frame.instance = outer
  }

  func source(_ place: Place) -> SourceRange { SourceRange(place) }

  private mutating func executeRequire(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard let condition = children.first else { return }
    check(requirement: condition, reason: children[safe: 1]?.stringValue)
  }

  /// Checks a requirement of the current instance; a failure is the caller's.
  mutating func check(requirement condition: Syntax, reason: String?) {
    guard let holds = decide(condition), !holds else { return }
    reportFailure(of: condition, reason: reason)
  }

  mutating func reportFailure(of condition: Syntax, reason: String?) {
    let values = namesWithValues(in: condition)
    let name = frame.declaration.name
    if let call = calls.last, frame.declaration.kind == .block {
      calls.removeLast()
      report(.requirement(condition, of: name, values: values, reason: reason, at: call.place))
      calls.append(call)
      mute()
    } else {
      report(.requirement(condition, of: name, values: values, reason: reason, at: condition.place))
    }
  }

  /// `D = 384, heads = 5` for the names in an expression.
  private func namesWithValues(in expression: Syntax) -> String {
    var names: [String] = []
    func collect(_ node: Syntax) {
      if node.kind == .name, let name = node.plainName, let local = local(name), !names.contains(name) {
        if !local.term.isTensor { names.append(name) }
      }
      for child in node.children { collect(child) }
    }
    collect(expression)
    return names.compactMap { name in local(name).map { "\(name) = \($0.term)" } }.joined(separator: ", ")
  }

  private mutating func executeReturn(_ statement: Syntax) {
    let nodeCount = builder.graph.nodes.count
    var results: [Term] = []
    var places: [Place] = []
    for expression in statement.children where expression.kind != .annotation && expression.kind != .error {
      let terms =
        expression.kind == .spread ? expression.firstChild.map { spread($0) } ?? [] : [evaluate(expression)]
      results += terms
      places += terms.map { _ in expression.place }
    }
    annotate(statement, results: results, nodesBefore: nodeCount)
    checkOrder(ofReturned: statement)
    observe(.results(results), at: statement.place)
    frame.results = results
    frame.resultPlaces = places
    frame.resultAnnotations =
      statement.firstChild?.kind == .annotation
      ? statement.annotations.filter { ["output", "record"].contains($0.name) } : []
  }

  /// Tells where a value of one result's name is returned as another result, and that one's as a third or the first.
  private mutating func checkOrder(ofReturned statement: Syntax) {
    guard !isImported, let results = frame.declaration.results?.map(\.name), results.count > 1 else { return }
    let returned = statement.children.filter { $0.kind != .annotation }
    let names = returned.map(\.plainName)
    guard results.count == names.count else { return }
    for (index, (result, name)) in zip(results, names).enumerated() {
      guard let result, let name, name != result, results.contains(name), names.contains(result) else { continue }
      // A graph returns to its operator.
      let isOwn = frame.declaration.body?.children(touching: statement.range.lowerBound).contains(statement) ?? false
      return isOwn ? report(.swappedResults(name, as: result, results, returned, at: returned[index].place)) : ()
    }
  }

  // MARK: Declarations in bodies

  private mutating func executeConst(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard children.count == 3, let name = children[0].plainName else { return }
    guard case .tensor(let type) = resolve(children[1], declaring: false), let element = type.element,
      let sizes = type.shape?.constants
    else {
      if !isSilent(children[1]) { report(.openConstant(children[1])) }
      return bind(name, .unknown, at: children[0].place)
    }
    let term = evaluate(children[2])
    if let tensor = literal(term, element: element, sizes: sizes, at: children[2].place) {
      bind(name, .literal(tensor), at: children[0].place)
    } else {
      bind(name, .unknown, at: children[0].place)
    }
  }

  /// Whether a type is unknown only because a mistake before it was told already.
  func isSilent(_ type: Syntax) -> Bool {
    frame.locals.names.contains { name in
      frame.locals[name]?.term.isUnknown == true && type.mentions(names.text(of: name))
    }
  }

  private mutating func executeLayer(_ statement: Syntax) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard children.count == 2, let path = path(children[0]) else { return }
    let call = children[1]
    let callee = call.kind == .call ? call.firstChild ?? call : call
    guard callee.kind != .omitted else { return }
    guard case .declaration(let declaration) = self.callee(callee) else {
      report(.notABlock(callee))
      return
    }
    let arguments = call.kind == .call ? self.arguments(of: call) : Arguments()
    if let extra = arguments.positional.first { report(.layerWithTensors(at: extra.place)) }
    let full = frame.path(path)
    guard claim(full, at: children[0].place) else { return }
    if frame.instances[full] == nil {
      frame.instances[full] = InstanceRecord(
        declaration: declaration, configuration: evaluated(arguments.named), place: statement.place)
    }
  }

  /// Configuration evaluated where it stands, for a call that comes later.
  private mutating func evaluated(_ arguments: [NamedArgument]) -> [NamedArgument] {
    arguments.map { argument in
      var argument = argument
      argument.term = evaluate(argument.value)
      return argument
    }
  }

  /// Takes a path in this frame; the same path twice is an error.
  mutating func claim(_ path: String, at place: Place) -> Bool {
    if let first = frame.taken[path] {
      report(
        .duplicateLabel(path, at: place, first: first, indices: missingIndices(of: place), free: freePath(like: path)))
      return false
    }
    frame.taken[path] = place
    return true
  }

  /// What makes a label another one in each round of all `repeat`s around it: the variables that neither it nor a `scope`
  /// around it has; `nil` where no variable tells the rounds apart.
  private func missingIndices(of label: Place) -> [String]? {
    guard let source = program.modules[label.file]?.file.tree.source else { return nil }
    var written = String(decoding: source[label.range], as: UTF8.self)
    var node = frame.declaration.syntax
    while let inner = node.children.first(where: { $0.range.contains(label.range.lowerBound) }) {
      if node.kind == .scopeStatement, inner.kind == .body {
        written += " " + (node.children.first { $0.kind != .annotation }?.text ?? "")
      }
      node = inner
    }
    let words = Set(written.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    var missing: [String] = []
    for variables in frame.rounds where !variables.contains(where: words.contains) {
      guard let variable = variables.first else { return nil }
      missing.append(variable)
    }
    return missing.isEmpty ? nil : missing
  }

  /// A path that is not taken: the index at the end of this one raised, or a number behind its name; in the words of
  /// the text, from the innermost open scope.
  private func freePath(like path: String) -> String? {
    let scope = frame.scopes.isEmpty ? "" : frame.scopes.joined(separator: ".") + "."
    guard path.hasPrefix(scope) else { return nil }
    var parts = path.dropFirst(scope.count).split(separator: ".").map(String.init)
    guard let last = parts.popLast() else { return nil }
    let base = parts.map { $0 + "." }.joined()
    let candidates = (1...1_000).lazy.map { number in
      base + (Int(last).map { "\($0 &+ number)" } ?? "\(last)\(number + 1)")
    }
    return candidates.first { frame.taken[scope + $0] == nil }.map(Diagnostic.pathSpelling)
  }

  private mutating func executeWeights(_ statement: Syntax) {
    guard let file = statement.child(.string) else { return }
    var weights = WeightsStatement(
      path: file.stringValue, prefix: "", renames: [], ignored: [], place: file.place)
    for collection in WeightsStatement.Collection.allCases {
      weights.slots[collection] = WeightsStatement.Slot(for: collection, in: statement, behind: file)
    }
    weights.prefixSlot = WeightsStatement.Slot(forPrefixIn: statement, behind: file)
    for argument in statement.child(.argumentList)?.children.filter({ $0.kind == .namedArgument }) ?? [] {
      let parts = Array(argument.children)
      guard parts.count == 2, let name = parts[0].plainName else { continue }
      switch (name, parts[1].kind) {
      case ("prefix", _):
        if let prefix = text(parts[1]) { weights.prefix = prefix }
      case ("rename", .mapLiteral):
        for entry in parts[1].children where entry.kind == .mapEntry {
          let sides = entry.children.map(\.self)
          if sides.count == 2, let old = text(sides[0]), let new = text(sides[1]) {
            weights.renames.append((old, new))
            weights.entries.append(WeightsStatement.Entry(collection: .rename, text: old, place: entry.place))
          }
        }
      case ("rename", _):
        report(.wrongKind(evaluate(parts[1]), wanted: "a map such as `{\"gamma\": \"weight\"}`", at: parts[1].place))
      case ("ignore", _):
        weights.ignored = patterns(parts[1], .ignore, of: &weights)
      case ("transpose", _):
        weights.transposed = patterns(parts[1], .transpose, of: &weights)
      default:
        report(
          .unknownArgument(
            name, of: "weights", candidates: ["prefix"] + WeightsStatement.Collection.allCases.map(\.rawValue),
            at: parts[0].place))
      }
    }
    self.weights.append(weights)
  }

  /// The patterns of a list, or the one that stands without.
  private mutating func patterns(
    _ value: Syntax, _ collection: WeightsStatement.Collection, of weights: inout WeightsStatement
  ) -> [String] {
    let items = value.kind == .list ? Array(value.children) : [value]
    return items.compactMap { item in
      guard let pattern = text(item) else { return nil }
      weights.entries.append(WeightsStatement.Entry(collection: collection, text: pattern, place: item.place))
      return pattern
    }
  }
}

/// How many results a binding takes, and which of them it throws away.
struct Wanted {
  /// `nil` takes all there are.
  var count: Int? = 1
  var discarded: [Bool] = []
}

extension Syntax {
  /// Whether a target or parameter is written with a star.
  var isStarred: Bool {
    let first = children.first { $0.kind != .annotation }
    guard let token = first?.tokens.lowerBound, token > tokens.lowerBound else { return false }
    return tree.tokens.kinds[token - 1] == .star
  }
}
