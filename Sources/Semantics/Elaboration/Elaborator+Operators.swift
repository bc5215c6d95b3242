import Graphs
import Operators
import Syntax
import Tensors
import Texts

extension Elaborator {
  /// Writes an operator call into the graph.
  mutating func callOperator(
    _ target: OperatorName, _ arguments: Arguments, wanted: Wanted, at place: Place, callee: Syntax
  ) -> [Term] {
    let (domain, name) = (target.domain, target.name)
    let declared = declaredSchema(name, of: domain)
    guard let schema = declared ?? laterSchema(name, of: domain) else {
      // What a file says stands, whatever the catalogue has of it: old forms of operators, and deprecated ones.
      let isForeign = Catalogue.newestOpset(domain: domain) == nil && !program.declaresOperators(of: domain)
      if isForeign || isVerbatim && (calls.isEmpty || isImported && !frame.declaration.isLibrary) {
        if !isForeign {
          doubt(missingSchema(domain, name, opset: declaredOpset(domain) ?? 1, at: callee.place), of: place)
        }
        // Of an operator that its domain does not have, that much is told.
        return callUnknownOperator(target, arguments, wanted: wanted, at: place, isDeclared: !isForeign)
      }
      return [unknown(missingSchema(domain, name, opset: declaredOpset(domain) ?? 1, at: callee.place))]
    }
    var inputs: [PositionalArgument?] = arguments.positional.map { $0 }
    var attributes: [Attribute] = []
    attributes.reserveCapacity(arguments.named.count)
    var passed: [String: String] = [:]
    // A verbatim model keeps what the operator does not take.
    var isFreeForm = false
    // After a mistake in an argument, what the operator would say about the call is noise.
    var isIncomplete = false
    for argument in arguments.named {
      if let reference = passedAttribute(argument.value) {
        attributes.append(Attribute(argument.name, reference))
        isFreeForm = true
      } else if let index = schema.inputs.firstIndex(where: { $0.name == argument.name }) {
        while inputs.count <= index { inputs.append(nil) }
        if let given = inputs[index] {
          let free = schema.inputs.dropFirst(arguments.positional.count).filter { input in
            input.arity == .single && !arguments.named.contains { $0.name == input.name }
          }
          report(
            .inputGivenTwice(
              argument.name, of: schema.name, at: argument.syntax.firstChild?.place ?? argument.syntax.place,
              first: given, free: free.map(\.name)))
          isIncomplete = true
        }
        inputs[index] = PositionalArgument(term: value(of: argument), place: argument.value.place)
      } else if let fact = schema.attributes.first(where: { $0.name == argument.name }) {
        switch attributeValue(argument, fact) {
        case .value(let value):
          attributes.append(Attribute(argument.name, value))
          if let parameter = ownConfiguration(argument.value) { passed[argument.name] = parameter }
        case .omitted: break
        case .unknown: isIncomplete = true
        }
      } else if isVerbatim, calls.isEmpty, argument.term == nil {
        if let value = writtenAttribute(argument.value, of: argument.syntax) {
          attributes.append(Attribute(argument.name, value))
          isFreeForm = true
          doubt(unknownArgument(argument, of: schema, arguments), of: place)
        } else {
          isIncomplete = true
        }
      } else {
        report(
          laterArgument(argument, of: schema, opset: declaredOpset(domain) ?? 1)
            ?? unknownArgument(argument, of: schema, arguments))
        isIncomplete = true
      }
    }
    if !isIncomplete, refusesConfiguration(arguments, schema, at: place) { isIncomplete = true }
    if isIncomplete || inputs.contains(where: { $0?.term.isUnknown == true }) {
      return Array(repeating: .unknown, count: max(1, wanted.count ?? 1))
    }
    // A block passes its optional parameters on; those that are `none` at the end are simply left out.
    while frame.declaration.isLibrary, inputs.last.map({ $0?.term.isNone ?? true }) == true { inputs.removeLast() }
    let values = inputValues(inputs, schema, at: place)
    guard !zip(inputs, values).contains(where: { $0?.term.isNone == false && $1 == nil }) else {
      return Array(repeating: .unknown, count: max(1, wanted.count ?? 1))
    }
    let count =
      wanted.count
      ?? max(schema.outputs.count, builder.requiredResults(of: schema, attributes: attributes, inputs: values))
    var call = OperatorCall(
      domain: domain, name, inputs: values, attributes: attributes, outputCount: count, origin: origin(place))
    if count > 1 { call.wanted = wanted.discarded.map { !$0 } }
    if !isVerbatim {
      call.completesResults = true
      call.countParts(schema)
    }
    if isFreeForm { return builder.call(custom: call).map { $0.map { .tensor($0) } ?? .none } }
    let nodeCount = builder.graph.nodes.count
    let (outputs, problems) = builder.call(call, declared: schema)
    passAttributes(passed, ofNodesSince: nodeCount, operatorType: name)
    if declared == nil, problems.contains(where: { $0.identifier == "not-in-opset" }) {
      report(missingSchema(domain, name, opset: builder.opsets[domain] ?? 1, at: callee.place))
    } else if !problems.isEmpty {
      report(
        problems, of: place, inputs: inputs.map { $0?.place }, attributes: schema.places(of: arguments.named),
        values: values)
    }
    return outputs.prefix(count).map { output in output.map { .tensor($0) } ?? .none }
  }

  private func unknownArgument(
    _ argument: NamedArgument, of schema: OperatorSchema, _ arguments: Arguments
  ) -> Diagnostic {
    .unknownArgument(
      argument.name, of: schema.name, candidates: schema.inputs.map(\.name) + schema.attributes.map(\.name),
      given: arguments.named.map(\.name) + schema.inputs.prefix(arguments.positional.count).map(\.name),
      at: argument.syntax.firstChild?.place ?? argument.syntax.place)
  }

  /// That an argument is one of a newer version of the operator; `nil` where none has it.
  private func laterArgument(_ argument: NamedArgument, of schema: OperatorSchema, opset: Int) -> Diagnostic? {
    let (domain, name) = (schema.domain, argument.name)
    let since = Catalogue.versions(domain: domain, name: schema.name).first { version in
      guard version > opset, let later = Catalogue.schema(domain: domain, name: schema.name, opset: version) else {
        return false
      }
      return later.attributes.contains { $0.name == name } || later.inputs.contains { $0.name == name }
    }
    return since.map { since in
      .argumentTooNew(
        name, of: schema.name, since: since, opset: opset,
        at: argument.syntax.firstChild?.place ?? argument.syntax.place,
        fixes: raisingOpset(of: domain, to: since))
    }
  }

  /// The fix that writes the text for a newer operator set, where that is possible.
  private func raisingOpset(of domain: String, to version: Int) -> [Fix] {
    guard domain.isEmpty, options.opset == nil, Program.writableOpsets.contains(version),
      let module = program.modules[frame.declaration.file.number]
    else { return [] }
    return [.raisingOpset(to: version, in: module)]
  }

  /// The first schema of an operator that is newer than the text: the call is written in terms of what there is.
  private func laterSchema(_ name: String, of domain: String) -> OperatorSchema? {
    guard !isVerbatim,
      case .tooNew(let since) = Catalogue.availability(domain: domain, name: name, opset: declaredOpset(domain) ?? 1)
    else { return nil }
    return Catalogue.schema(domain: domain, name: name, opset: since)
  }

  /// Whether attributes stand among the tensors of a call, which is reported.
  private mutating func refusesConfiguration(_ arguments: Arguments, _ schema: OperatorSchema, at place: Place) -> Bool
  {
    guard schema.inputs.last?.arity != .variadic, arguments.positional.count > schema.inputs.count else { return false }
    let extra = arguments.positional.dropFirst(schema.inputs.count)
    guard !extra.contains(where: { $0.term.isTensor || $0.term.isNone || $0.term.isUnknown }) else { return false }
    let given = Set(arguments.named.map(\.name))
    let free = schema.attributes.filter { !given.contains($0.name) }
    // An axis is what stands there most often; where there is but one attribute, it is that.
    let axis = free.filter { $0.name == "axis" || $0.name == "axes" }
    let candidates = axis.isEmpty ? free : axis
    let source = program.modules[place.file]?.file.tree.source
    let misplaced = extra.map { argument in
      MisplacedConfiguration(
        text: source.map { String(decoding: $0[argument.place.range], as: UTF8.self) } ?? "…", place: argument.place,
        parameter: candidates.count == 1 && extra.count == 1 ? candidates[0].name : nil)
    }
    report(.attributeByPosition(misplaced, of: schema))
    return true
  }

  /// The configuration of the function at hand that an expression is, as it was given: the attribute is passed on then.
  private func ownConfiguration(_ expression: Syntax) -> String? {
    guard frame.isFunction, let name = expression.plainName,
      let parameter = frame.declaration.parameters.first(where: { $0.name == name && !$0.isInput }),
      local(name)?.place == parameter.syntax.place
    else { return nil }
    return name
  }

  private func missingSchema(_ domain: String, _ name: String, opset: Int, at place: Place) -> Diagnostic {
    if case .tooNew(let since) = Catalogue.availability(domain: domain, name: name, opset: opset) {
      return .operatorTooNew(
        name, since: since, opset: opset, at: place, fixes: raisingOpset(of: domain, to: since))
    }
    if case .removed(let version) = Catalogue.availability(domain: domain, name: name, opset: opset) {
      return .operatorRemoved(name, at: version, place: place)
    }
    if Catalogue.newestOpset(domain: domain) == nil {
      let names = program.declarationNames(in: frame.declaration.file.number)
      return .unknownCallee("\(domain).\(name)", candidates: names, at: place)
    }
    return .unknownCallee(name, candidates: Catalogue.names(domain: domain), at: place)
  }

  /// A call that the language makes for an operator sign or a subscript: the operator's one result.
  mutating func operatorResult(
    _ name: String, _ inputs: [(term: Term, place: Place)], attributes: [Attribute] = [], at place: Place
  ) -> Term {
    guard let schema = Catalogue.newestSchema(name: name) else { return .unknown }
    let arguments = inputs.map { Optional(PositionalArgument(term: $0.term, place: $0.place)) }
    let values = inputValues(arguments, schema, at: place)
    guard !values.contains(where: { $0 == nil }) else { return .unknown }
    let call = OperatorCall(name, inputs: values, attributes: attributes, origin: origin(place))
    let (outputs, problems) = builder.call(call, declared: schema)
    report(problems, of: place, inputs: inputs.map(\.place), attributes: [:], values: values)
    return outputs.first.flatMap { $0 }.map { .tensor($0) } ?? .unknown
  }

  // MARK: Inputs

  /// The arguments as values; numbers take the element type of the tensors that share their type variable.
  private mutating func inputValues(
    _ arguments: [PositionalArgument?], _ schema: OperatorSchema, at place: Place
  ) -> [Value.ID?] {
    var values: [Value.ID?] = []
    values.reserveCapacity(arguments.count)
    for (index, argument) in arguments.enumerated() {
      guard let argument else {
        values.append(nil)
        continue
      }
      if case .tensor(let value) = argument.term {
        values.append(value)
        continue
      }
      if schema.name == "Reshape", index == 1, case .list(let elements) = argument.term,
        case .tensor(let input)? = arguments[0]?.term
      {
        values.append(reshapeTarget(elements, of: input, at: argument.place))
        continue
      }
      let element = argument.term.isTensor ? nil : wantedElement(index, arguments, schema)
      values.append(tensorValue(of: argument.term, like: element, at: argument.place))
    }
    return values
  }

  /// The target of a Reshape: a constant where the sizes allow, with 0 and −1 where those suffice.
  private mutating func reshapeTarget(_ elements: [Term], of input: Value.ID, at place: Place) -> Value.ID? {
    let sizes = elements.compactMap { if case .integer(let size) = $0 { size } else { nil } }
    builder.origin = origin(place)
    guard sizes.count == elements.count else { return tensorValue(of: .list(elements), like: .i64, at: place) }
    if sizes.contains(where: \.isUnknown) { return nil }
    // A text that says 0 or −1 itself means what ONNX means by them.
    let isPlain = sizes.contains { ($0.constant ?? 1) <= 0 }
    let target = isPlain ? builder.sizes(sizes) : builder.reshapeTarget(of: input, dimensions: sizes)
    if target == nil { report(builder.problems, of: place, inputs: [], attributes: [:]) }
    return target
  }

  private func wantedElement(
    _ index: Int, _ arguments: [PositionalArgument?], _ schema: OperatorSchema
  ) -> ElementType? {
    guard let formal = schema.input(at: index) else { return nil }
    if let fixed = ElementType(schemaType: formal.type) { return fixed }
    for (other, argument) in arguments.enumerated() where other != index {
      guard let argument, schema.input(at: other)?.type == formal.type,
        let element = elementType(of: argument.term)
      else { continue }
      return element
    }
    if let element = operandElement(index, arguments, schema) { return element }
    let allowed = schema.typeConstraints[formal.type]?.compactMap(ElementType.init(schemaType:)) ?? []
    if let natural = arguments[index].flatMap({ natural(of: $0.term) }), allowed.contains(natural) { return natural }
    return allowed.count == 1 ? allowed[0] : nil
  }

  /// The element type that a number takes from the other operand of Pow, whose schema lets the two differ.
  private func operandElement(
    _ index: Int, _ arguments: [PositionalArgument?], _ schema: OperatorSchema
  ) -> ElementType? {
    guard schema.name == "Pow", schema.domain.isEmpty else { return nil }
    return arguments.enumerated().lazy.filter { $0.offset != index }
      .compactMap { $0.element.flatMap { elementType(of: $0.term) } }.first
  }

  private func natural(of term: Term) -> ElementType? {
    switch term {
    case .integer: .i64
    case .float: .f32
    case .boolean: .bool
    case .list(let elements): elements.first.flatMap(natural)
    default: nil
    }
  }

  // MARK: Attributes

  /// What an attribute's argument comes to.
  private enum AttributeArgument {
    case value(Attribute.Value)
    case omitted
    case unknown
  }

  private mutating func attributeValue(
    _ argument: NamedArgument, _ fact: OperatorSchema.AttributeFact
  ) -> AttributeArgument {
    if fact.kind == .graph, argument.value.kind == .graphLiteral {
      return graphLiteral(argument.value, of: argument.syntax).map { .value(.graph($0)) } ?? .unknown
    }
    if fact.kind == .graph, argument.value.kind == .mapLiteral {
      report(.missingReturn(of: argument.syntax))
      return .unknown
    }
    if argument.term == nil,
      fact.kind.isWritten || argument.value.kind == .weightReference
        || isVerbatim && calls.isEmpty && argument.value.isWrittenOnly
    {
      return writtenAttribute(argument.value, of: argument.syntax).map { .value($0) } ?? .unknown
    }
    if fact.kind == .ints, argument.term == nil, let integers = argument.value.plainIntegers {
      return .value(.ints(integers))
    }
    let term = argument.term ?? evaluate(attribute: argument.value)
    if term.isUnknown { return .unknown }
    if term.isNone { return .omitted }
    if let size = term.openSize {
      report(.openSize(size, at: argument.value.place))
      return .unknown
    }
    let foreign = isVerbatim && calls.isEmpty ? attributeValue(asWritten: term) : nil
    guard let value = attributeValue(term, fact.kind) ?? foreign else {
      report(.wrongAttribute(fact, term, at: argument.value.place))
      return .unknown
    }
    return .value(value)
  }

  private func attributeValue(_ term: Term, _ kind: OperatorSchema.AttributeKind) -> Attribute.Value? {
    switch (kind, term) {
    case (.float, _): return term.number.map { .float(Float(bitsOf: $0)) }
    case (.int, .integer(let value)): return value.constant.map { .int(Int64($0)) }
    case (.int, .boolean(let value)): return .int(value ? 1 : 0)
    case (.int, .element(let element)): return .int(Int64(element.rawValue))
    case (.string, .text(let text)): return .string(text.anyBytes)
    case (.string, .bytes(let bytes)): return .string(bytes)
    case (.tensor, .literal(let tensor)): return .tensor(NamedTensor(tensor))
    case (.tensor, .tensor(let value)):
      return references.values.first { $0.value == value }.map { .tensor(NamedTensor(name: $0.name, $0.tensor)) }
    case (.sparseTensor, .sparse(let tensor)): return .sparseTensor(tensor)
    case (.type, .type(let type)): return .type(type)
    case (.ints, .list(let elements)):
      let values = elements.compactMap { element -> Int64? in
        if case .integer(let value) = element { return value.constant.map(Int64.init) }
        return nil
      }
      return values.count == elements.count ? .ints(values) : nil
    case (.ints, .integer(let value)): return value.constant.map { .ints([Int64($0)]) }
    case (.floats, .list(let elements)):
      let values = elements.compactMap(\.number)
      return values.count == elements.count ? .floats(values.map { Float(bitsOf: $0) }) : nil
    case (.strings, .list(let elements)):
      let values = elements.compactMap { element -> [UInt8]? in
        switch element {
        case .text(let text): text.anyBytes
        case .bytes(let bytes): bytes
        default: nil
        }
      }
      return values.count == elements.count ? .strings(values) : nil
    default: return nil
    }
  }

  /// The subgraph of a graph literal: it sees the names around it, and its own stay inside.
  mutating func graphLiteral(_ literal: Syntax, of argument: Syntax) -> Region.ID? {
    guard let body = literal.child(.body) else { return nil }
    let outer = (frame.locals, frame.results, trail?.bindings.count ?? 0)
    frame.results = nil
    let region = builder.beginRegion()
    for parameter in literal.child(.parameterList)?.children.compactMap(Declaration.Parameter.init) ?? [] {
      guard let type = parameter.type else { continue }
      let declared = isVerbatim ? recordedType(type) : resolve(type, declaring: false)
      let input = builder.addInput(parameter.name, declared, origin: origin(parameter.syntax.place))
      keepNegativeSizes(of: type, for: input)
      annotate(port: parameter.syntax, input)
      bind(parameter.name, .tensor(input), at: parameter.syntax.place)
    }
    execute(body)
    if frame.results == nil, !program.isBroken(body.place) { report(.missingReturn(of: argument)) }
    var isComplete = frame.results != nil
    var outputs: [Value.ID] = []
    for (index, term) in (frame.results ?? []).enumerated() {
      let place = frame.resultPlaces[safe: index] ?? body.place
      guard var value = tensorValue(of: term, like: nil, at: place) else {
        if term.isNone { report(.wrongKind(term, wanted: "a tensor", at: place)) }
        isComplete = false
        continue
      }
      if !isVerbatim, !builder.isResult(value, in: region) || outputs.contains(value) {
        value = builder.write("Identity", [value], attributes: [], outputCount: 1).first ?? value
      }
      outputs.append(value)
    }
    builder.setOutputs(outputs)
    describeOutputs(frame.resultAnnotations)
    builder.endRegion()
    (frame.locals, frame.results) = (outer.0, outer.1)
    trail?.bindings.removeSubrange(outer.2...)
    return isComplete ? region : nil
  }
}

extension Syntax {
  /// Whether an attribute's value says of which kind it is, whatever the operator takes.
  fileprivate var isWrittenOnly: Bool {
    switch kind {
    case .emptyList, .graphLiteral: true
    case .list: children.contains { $0.kind == .graphLiteral || $0.kind == .weightReference }
    default: false
    }
  }
}

extension OperatorSchema.AttributeKind {
  /// Whether attributes of the kind are lists that the text can only write as they are.
  fileprivate var isWritten: Bool {
    switch self {
    case .tensors, .graphs, .sparseTensors, .types: true
    default: false
    }
  }
}

extension Float {
  /// The value as a float; of a NaN the bits that a float has room for, as `nan(0x7fc00001)` spells them.
  init(bitsOf value: Double) {
    guard value.isNaN else {
      self.init(value)
      return
    }
    let bits = value.bitPattern
    self.init(
      bitPattern: UInt32(truncatingIfNeeded: bits >> 32) & 0x8000_0000 | 0x7F80_0000
        | UInt32(truncatingIfNeeded: bits >> 29) & 0x007F_FFFF)
  }
}

extension Double {
  /// The NaN that gives the float of these bits back; `nil` where they are no NaN's.
  init?(nanOf bits: UInt32) {
    guard Float(bitPattern: bits).isNaN else { return nil }
    self.init(bitPattern: UInt64(bits & 0x8000_0000) << 32 | 0x7FF0_0000_0000_0000 | UInt64(bits & 0x007F_FFFF) << 29)
  }
}

extension OperatorCall {
  /// Says in Split's own terms how many parts the text names: since operator set 18 the results alone do not.
  fileprivate mutating func countParts(_ schema: OperatorSchema) {
    guard schema.name == "Split", schema.domain.isEmpty, schema.sinceVersion >= 18,
      attribute("num_outputs") == nil, inputs.count < 2 || inputs[1] == nil
    else { return }
    attributes.append(Attribute("num_outputs", .int(Int64(outputCount))))
  }
}

extension OperatorSchema {
  /// Where the attributes among named arguments have their values.
  fileprivate func places(of arguments: [NamedArgument]) -> [String: Place] {
    var places: [String: Place] = [:]
    for argument in arguments where !inputs.contains(where: { $0.name == argument.name }) {
      places[argument.name] = argument.value.place
    }
    return places
  }
}

extension Syntax {
  /// The elements of a list that spells out nothing but integers, as most attributes do; `nil` for other expressions.
  fileprivate var plainIntegers: [Int64]? {
    guard kind == .list else { return nil }
    var integers: [Int64] = []
    for child in children {
      guard child.kind == .integer, let value = child.integerValue else { return nil }
      integers.append(Int64(value))
    }
    return integers
  }
}

extension ElementType {
  /// The element type of a tensor type as schemas spell it: `tensor(int64)`.
  fileprivate init?(schemaType: String) {
    guard schemaType.hasPrefix("tensor("), schemaType.hasSuffix(")") else { return nil }
    self.init(schemaName: schemaType.dropFirst(7).dropLast())
  }
}
