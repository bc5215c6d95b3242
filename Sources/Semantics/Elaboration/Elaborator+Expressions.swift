import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// The meaning of an expression; of several results the first.
  mutating func evaluate(_ expression: Syntax) -> Term {
    switch expression.kind {
    case .call: return result(of: expression)
    case .label, .pipe, .parenthesized: return evaluateAll(expression, wanted: Wanted()).first ?? .unknown
    default: break
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumExpressionDepth else { return unknown(.expressionTooDeep(at: expression.place)) }
    return single(expression)
  }

  /// All results of an expression; only calls have several.
  mutating func evaluateAll(_ expression: Syntax, wanted: Wanted) -> [Term] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumExpressionDepth else { return [unknown(.expressionTooDeep(at: expression.place))] }
    switch expression.kind {
    case .call, .label: return call(expression, piped: nil, wanted: wanted)
    case .pipe: return pipe(expression, wanted: wanted)
    case .parenthesized: return expression.firstChild.map { evaluateAll($0, wanted: wanted) } ?? [.unknown]
    default: return [single(expression)]
    }
  }

  private mutating func single(_ expression: Syntax) -> Term {
    switch expression.kind {
    case .name, .quotedName: return reference(expression)
    case .integer:
      guard let value = expression.integerValue else { return unknown(.hugeInteger(at: expression.place)) }
      return .integer(Dimension(value))
    case .float:
      guard let value = expression.floatValue else { return .unknown }
      return value.isFinite ? .float(value) : unknown(.hugeFraction(at: expression.place))
    case .string: return .text(expression.stringValue)
    case .bytes: return .bytes(expression.stringBytes)
    case .boolean: return .boolean(expression.text == "true")
    case .none, .discard: return .none
    case .elementType: return ElementType(spelling: expression.text).map { .element($0) } ?? .unknown
    case .list: return list(expression)
    case .emptyList: return .list([])
    case .tensorLiteral: return tensorLiteral(expression)
    case .typeLiteral:
      guard let type = expression.firstChild else { return .unknown }
      return .type(isVerbatim ? recordedType(type) : resolve(type, declaring: false))
    case .member: return member(expression)
    case .index: return index(expression)
    case .unary: return unary(expression)
    case .binary: return binary(expression)
    case .conditional: return conditional(expression)
    case .weightReference: return weightReference(expression)
    case .sparseLiteral: return sparseLiteral(expression)
    case .graphLiteral, .mapLiteral, .overload:
      return unknown(.notYet(expression))
    case .omitted, .error: return .unknown
    default: return unknown(.notYet(expression))
    }
  }

  private mutating func reference(_ expression: Syntax) -> Term {
    let local: Frame.Local?
    if expression.kind == .name, !expression.tokens.isEmpty {
      let tree = expression.tree
      local = frame.locals[names.name(tree.bytes(expression.tokens.lowerBound), in: tree.source)]
    } else {
      guard let name = name(expression) else { return .unknown }
      local = self.local(name)
    }
    if let local {
      observe(.use(local.term, definition: local.place), at: expression.place)
      return local.term
    }
    return unboundReference(expression)
  }

  /// A name that the frame does not bind.
  private mutating func unboundReference(_ expression: Syntax) -> Term {
    guard let name = name(expression) else { return .unknown }
    if let found = frame.resolve(name, in: frame.parameters) { return parameter(found, at: expression.place) }
    if !program.declarations(named: name, in: frame.declaration.file.number).isEmpty
      || Catalogue.newestSchema(name: name) != nil
    {
      return .callee(expression)
    }
    if frame.hasForgotten, expression.kind == .quotedName { return .unknown }
    if let problem = Diagnostic.pythonConstant(name, at: expression.place) { return unknown(problem) }
    if hasBrokenParameters(frame.declaration) || program.isSwallowed(name, in: expression.place.file) {
      return .unknown
    }
    return unknown(unknownName(name, at: expression.place))
  }

  /// A name that stands for nothing, with what is spelled most like it: a name of the frame, or a parameter's path.
  private func unknownName(_ name: String, at place: Place) -> Diagnostic {
    var nearest = NearestName(to: name)
    frame.locals.forEachName { names.withBytes(of: $0) { nearest.consider($0) } }
    for path in frame.parameters.keys { nearest.consider(path) }
    let spelling = nearest.name.map { local($0) != nil ? Dimension.spelling(ofName: $0) : Diagnostic.pathSpelling($0) }
    return .unknownName(name, nearest: nearest.name, spelling: spelling, at: place)
  }

  /// A parameter that was found by its path.
  mutating func parameter(_ found: (path: String, found: Value.ID), at place: Place) -> Term {
    let definition = builder.graph.values[found.found].origin.source.map {
      Place(file: $0.file, range: Int($0.start)..<Int($0.end))
    }
    observe(.use(.tensor(found.found), definition: definition), at: place)
    return .tensor(found.found)
  }

  private mutating func list(_ expression: Syntax) -> Term {
    var elements: [Term] = []
    for child in expression.children {
      if child.kind == .spread, let inner = child.firstChild {
        elements += spread(inner)
      } else if child.kind == .ellipsis {
        elements += pack(at: child.place)
      } else {
        elements.append(evaluate(child))
      }
    }
    return .list(elements)
  }

  /// The sizes that `...` stands for in the signature at hand.
  private mutating func pack(at place: Place) -> [Term] {
    switch local("...")?.term {
    case .list(let sizes)?: return sizes
    case nil: return [unknown(.noPack(at: place))]
    default: return [.unknown]
    }
  }

  /// The elements of the list behind a star.
  mutating func spread(_ expression: Syntax) -> [Term] {
    switch evaluate(expression) {
    case .list(let elements): return elements
    case .unknown: return [.unknown]
    case let other: return [unknown(.wrongKind(other, wanted: "a list", at: expression.place))]
    }
  }

  private mutating func member(_ expression: Syntax) -> Term {
    if let root = rootName(of: expression), let local = local(root), !local.term.isUnknown {
      // A block's own parameter may share its first name with an instance: `norm` and `norm.weight`.
      if let path = path(expression), let found = frame.resolve(path, in: frame.parameters) {
        return parameter(found, at: expression.place)
      }
      return unknown(.noMember(expression, of: local.term))
    }
    return parameter(expression)
  }

  private mutating func conditional(_ expression: Syntax) -> Term {
    let parts = Array(expression.children)
    guard parts.count == 3, let decision = branch(on: parts[0]) else { return .unknown }
    return evaluate(decision ? parts[1] : parts[2])
  }

  private mutating func tensorLiteral(_ expression: Syntax) -> Term {
    let parts = Array(expression.children)
    guard let type = parts.first, case .tensor(let tensor) = resolve(type, declaring: false),
      let element = tensor.element
    else { return .unknown }
    guard let sizes = tensor.shape?.constants else {
      if !isSilent(type) { report(.openConstant(type)) }
      return .unknown
    }
    let terms = parts.dropFirst().map { evaluate($0) }
    return literal(.list(terms), element: element, sizes: sizes, at: expression.place).map { .literal($0) } ?? .unknown
  }

  private mutating func pipe(_ expression: Syntax, wanted: Wanted) -> [Term] {
    guard let (argument, callee) = expression.pair else { return [.unknown] }
    let piped = PositionalArgument(term: evaluate(argument), place: argument.place, isPiped: true)
    return call(callee, piped: piped, wanted: wanted)
  }
}

// MARK: - What must be known before the graph runs

extension Elaborator {
  /// An expression's value as a string; anything else is reported.
  mutating func text(_ expression: Syntax) -> String? {
    switch evaluate(expression) {
    case .text(let value): return value
    case .unknown: return nil
    case let other:
      report(.wrongKind(other, wanted: "a string", at: expression.place))
      return nil
    }
  }

  /// An expression's value as an integer or a size; anything else is reported.
  mutating func integer(_ expression: Syntax) -> Dimension? {
    switch evaluate(expression) {
    case .integer(let value): return value
    case .unknown: return nil
    case let other:
      report(.wrongKind(other, wanted: "an integer", at: expression.place))
      return nil
    }
  }

  /// An expression's value as an integer that does not depend on open dimensions; anything else is reported.
  mutating func constantInteger(_ expression: Syntax) -> Int? {
    guard let value = integer(expression) else { return nil }
    guard let constant = value.constant else {
      if !value.isUnknown { report(.openSize(value, at: expression.place)) }
      return nil
    }
    return constant
  }

  /// Whether a condition holds; one that cannot be decided before the graph runs is reported.
  mutating func decide(_ condition: Syntax) -> Bool? {
    switch evaluate(condition) {
    case .boolean(let value): return value
    case .unknown: return nil
    case .tensor:
      report(.undecidableTensor(condition))
      return nil
    case .none:
      report(.undecidable(condition))
      return nil
    case let other:
      report(.wrongKind(other, wanted: "a condition, which holds or does not", at: condition.place))
      return nil
    }
  }
}
