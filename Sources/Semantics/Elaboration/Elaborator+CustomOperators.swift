import Graphs
import Operators
import Syntax
import Tensors
import Texts

// Operators that the text declares, and those that nothing declares.

/// An operator by its domain, name and overload.
struct OperatorName: Hashable {
  var domain: String
  var name: String
  var overload = ""

  /// The name as the text writes it.
  var spelling: String {
    (domain.isEmpty ? "" : domain + ".") + name + (overload.isEmpty ? "" : "~" + overload)
  }
}

extension Elaborator {
  /// Calls an operator that an `operator` declares: with a body it is an ONNX function, without one it is a signature.
  mutating func callDeclaredOperator(
    _ declaration: Declaration, _ arguments: Arguments, wanted: Wanted, at place: Place, name: Syntax
  ) -> [Term] {
    guard let target = declaration.operatorName else { return [.unknown] }
    if isVerbatim, calls.isEmpty, declaration.body != nil {
      let name = OperatorName(
        domain: target.domain == "onnx" ? "" : target.domain, name: target.name, overload: target.overload)
      return callUnknownOperator(name, arguments, wanted: wanted, at: place, isDeclared: true)
    }
    if let problem = recursion(of: declaration, at: name.place) { return [unknown(problem)] }
    let errors = errorCount
    let configuration = configuration(arguments.named, of: declaration)
    let outer = (frame: frame, muted: mutedCalls)
    frame = Frame(declaration, instance: outer.frame.instance)
    calls.append(ActiveCall(declaration: declaration, place: place))
    bindPredefined()
    let isMisspelt = arguments.isBroken || errorCount > errors
    bindParameters(
      arguments.positional, configuration, callee: name.place, call: place, isMisspelt: isMisspelt)
    if errorCount > errors { mute() }
    for constraint in declaration.constraints { check(requirement: constraint, reason: nil) }
    let inputs = operatorInputs(of: declaration)
    let attributes = operatorAttributes(of: declaration, given: configuration)
    var types: [ValueType]
    var overload = target.overload
    var cost: Cost?
    if declaration.body != nil {
      let function = elaborateFunction(declaration, target)
      types = function.types
      overload = function.overload
      cost = function.cost
    } else {
      types = (declaration.results ?? []).map { $0.type.map { resolve($0, declaring: false) } ?? .unknown }
      if types.isEmpty { types = [.unknown] }
      cost = declaration.cost.flatMap { integer($0) }.map { Cost(macs: $0, flops: $0 + $0) }
    }
    calls.removeLast()
    (frame, mutedCalls) = outer
    guard errorCount == errors, let inputs else {
      return Array(repeating: .unknown, count: max(1, wanted.count ?? types.count))
    }
    let count = min(max(1, wanted.count ?? types.count), types.count)
    var call = OperatorCall(
      domain: target.domain, target.name, inputs: inputs, attributes: attributes, outputCount: count,
      origin: origin(place))
    call.overload = overload
    if count > 1 { call.wanted = wanted.discarded.map { !$0 } }
    let outputs = builder.call(custom: call, types: types)
    if let cost, let node = builder.graph.nodes.last { costs[node] = cost }
    return outputs.map { $0.map { .tensor($0) } ?? .none }
  }

  /// The inputs that the frame's parameters hold, omitted ones as `nil`; no list at all after a mistake.
  private mutating func operatorInputs(of declaration: Declaration) -> [Value.ID?]? {
    var inputs: [Value.ID?] = []
    for parameter in declaration.inputs {
      let term = local(parameter.name)?.term ?? .unknown
      let terms: [Term] = if case .list(let elements) = term { elements } else { [term] }
      for term in terms {
        if term.isUnknown { return nil }
        inputs.append(tensorValue(of: term, like: nil, at: parameter.syntax.place))
      }
    }
    while inputs.last == .some(nil) { inputs.removeLast() }
    return inputs
  }

  /// What a call gives of the operator's configuration, as attributes; defaults stay away.
  private mutating func operatorAttributes(
    of declaration: Declaration, given: [String: GivenArgument]
  ) -> [Attribute] {
    declaration.parameters.compactMap { parameter in
      guard !parameter.isInput, let argument = given[parameter.name], !argument.term.isUnknown,
        !argument.term.isNone
      else { return nil }
      return attribute(parameter.name, argument.term, at: argument.place)
    }
  }

  /// Configuration as an attribute, of the kind in which the text writes it.
  mutating func attribute(_ name: String, _ term: Term, at place: Place) -> Attribute? {
    if let size = term.openSize {
      report(.openSize(size, at: place))
      return nil
    }
    guard let value = attributeValue(asWritten: term) else {
      report(.wrongKind(term, wanted: "a number, a string, a type, a tensor or a list of these", at: place))
      return nil
    }
    return Attribute(name, value)
  }

  func attributeValue(asWritten term: Term) -> Attribute.Value? {
    switch term {
    case .integer(let value): return value.constant.map { .int(Int64($0)) }
    case .boolean(let value): return .int(value ? 1 : 0)
    case .element(let element): return .int(Int64(element.rawValue))
    case .float(let value): return .float(Float(bitsOf: value))
    case .text(let text): return .string(text.anyBytes)
    case .bytes(let bytes): return .string(bytes)
    case .literal(let tensor): return .tensor(NamedTensor(tensor))
    case .sparse(let tensor): return .sparseTensor(tensor)
    case .type(let type): return .type(type)
    case .list(let elements):
      let values = elements.map(attributeValue(asWritten:))
      let ints = values.compactMap { $0?.int }
      if ints.count == values.count { return .ints(ints) }
      let numbers = elements.compactMap(\.number)
      if numbers.count == values.count { return .floats(numbers.map { Float(bitsOf: $0) }) }
      let strings = values.compactMap { value -> [UInt8]? in if case .string(let bytes)? = value { bytes } else { nil }
      }
      if strings.count == values.count { return .strings(strings) }
      let tensors = values.compactMap { value -> NamedTensor? in
        if case .tensor(let tensor)? = value { tensor } else { nil }
      }
      if tensors.count == values.count { return .tensors(tensors) }
      let sparseTensors = values.compactMap { value -> SparseTensor? in
        if case .sparseTensor(let tensor)? = value { tensor } else { nil }
      }
      if sparseTensors.count == values.count { return .sparseTensors(sparseTensors) }
      let types = values.compactMap { value -> ValueType? in if case .type(let type)? = value { type } else { nil } }
      return types.count == values.count ? .types(types) : nil
    default: return nil
    }
  }

  // MARK: Without a declaration

  /// Calls an operator of a domain that Mica has no catalogue of: its inputs and attributes as the text writes them.
  ///
  /// - Parameter isDeclared: whether there is nothing to say of it, as of a function of a verbatim model.
  mutating func callUnknownOperator(
    _ target: OperatorName, _ arguments: Arguments, wanted: Wanted, at place: Place, isDeclared: Bool = false
  ) -> [Term] {
    let count = max(1, wanted.count ?? 1)
    var attributes: [Attribute] = []
    for argument in arguments.named {
      if let passed = passedAttribute(argument.value) {
        attributes.append(Attribute(argument.name, passed))
        continue
      }
      if argument.term == nil {
        if argument.value.kind == .none { continue }
        guard let value = writtenAttribute(argument.value, of: argument.syntax) else {
          return Array(repeating: .unknown, count: count)
        }
        attributes.append(Attribute(argument.name, value))
        continue
      }
      let term = value(of: argument)
      if term.isNone { continue }
      guard !term.isUnknown, let attribute = attribute(argument.name, term, at: argument.value.place) else {
        return Array(repeating: .unknown, count: count)
      }
      attributes.append(attribute)
    }
    if arguments.positional.contains(where: { $0.term.isUnknown }) { return Array(repeating: .unknown, count: count) }
    let inputs = arguments.positional.map { tensorValue(of: $0.term, like: nil, at: $0.place) }
    var call = OperatorCall(
      domain: target.domain, target.name, inputs: inputs, attributes: attributes, outputCount: count,
      origin: origin(place))
    call.overload = target.overload
    if count > 1 { call.wanted = wanted.discarded.map { !$0 } }
    if !isDeclared { report(.undeclaredOperator(target.spelling, at: place)) }
    return builder.call(custom: call).map { $0.map { .tensor($0) } ?? .none }
  }
}
