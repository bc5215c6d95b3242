import Graphs
package import Operators
import Syntax
import Tensors

/// The operators that a Mica file declares, for graphs that come from elsewhere.
package struct DeclaredOperators: Sendable {
  private let program: Program
  private let declarations: [OperatorName: Declaration]

  package init(_ program: Program) {
    self.program = program
    var declarations: [OperatorName: Declaration] = [:]
    for module in program.modules.values {
      for declaration in module.declarations.values {
        guard let name = declaration.operatorName else { continue }
        let domain = Catalogue.canonical(name.domain)
        declarations[OperatorName(domain: domain, name: name.name, overload: name.overload)] = declaration
      }
    }
    self.declarations = declarations
  }

  /// What a call of a declared operator gives, and what is wrong with it; `nil` for an operator that is not declared.
  package func results(of call: DeclaredOperatorCall) -> (outputs: [InferredValue], problems: [OperatorProblem])? {
    let name = OperatorName(domain: Catalogue.canonical(call.domain), name: call.name, overload: call.overload)
    guard let declaration = declarations[name] else { return nil }
    var elaborator = Elaborator(program, declaration, ElaborationOptions())
    return elaborator.results(of: call)
  }
}

extension Elaborator {
  /// Binds the arguments of a call of the operator that is the model here, and reads the types of its results.
  fileprivate mutating func results(
    of call: DeclaredOperatorCall
  ) -> (outputs: [InferredValue], problems: [OperatorProblem]) {
    let place = model.namePlace
    bindPredefined()
    calls.append(ActiveCall(declaration: model, place: place))
    let inputs = call.inputs.enumerated().map { index, input -> PositionalArgument in
      guard let input else { return PositionalArgument(term: .none, place: place) }
      let value = builder.addInput("\(index)", input.type)
      builder.refine(value, input)
      return PositionalArgument(term: .tensor(value), place: place)
    }
    var configuration: [String: GivenArgument] = [:]
    for attribute in call.attributes {
      guard let parameter = model.parameters.first(where: { $0.name == attribute.name && !$0.isInput }) else {
        report(
          .unknownArgument(attribute.name, of: model.name, candidates: model.parameters.map(\.name), at: place))
        continue
      }
      configuration[attribute.name] = GivenArgument(
        term: converted(Term(attribute.value, for: parameter), to: parameter, at: place), place: place, name: place)
    }
    bindParameters(inputs, configuration, callee: place, call: place, isMisspelt: false)
    for constraint in model.constraints { check(requirement: constraint, reason: nil) }
    let types =
      if model.body != nil, let target = model.operatorName {
        elaborateFunction(model, target).types
      } else {
        (model.results ?? []).map { $0.type.map { resolve($0, declaring: false) } ?? .unknown }
      }
    let problems = diagnostics.filter { $0.severity == .error }.map { OperatorProblem($0.identifier, $0.message) }
    return (types.map { InferredValue(type: $0) }, problems)
  }
}

extension Term {
  /// An attribute of a graph as a text would write the configuration `parameter`; graphs are unknown.
  fileprivate init(_ value: Attribute.Value, for parameter: Declaration.Parameter) {
    switch value {
    // Graphs keep truth values and element types as integers.
    case .int(let value) where parameter.type?.text == "bool": self = .boolean(value != 0)
    case .int(let value) where parameter.type?.text == "dtype":
      self = UInt8(exactly: value).flatMap(ElementType.init(rawValue:)).map(Term.element) ?? .unknown
    case .int(let value): self = .integer(Dimension(Int(value)))
    case .ints(let values): self = .list(values.map { .integer(Dimension(Int($0))) })
    case .float(let value): self = .float(Double(value))
    case .floats(let values): self = .list(values.map { .float(Double($0)) })
    case .string(let bytes): self = String(validating: bytes, as: UTF8.self).map(Term.text) ?? .bytes(bytes)
    case .strings(let values):
      self = .list(values.map { String(validating: $0, as: UTF8.self).map(Term.text) ?? .bytes($0) })
    case .tensor(let named): self = .literal(named.tensor)
    case .tensors(let named): self = .list(named.map { .literal($0.tensor) })
    case .sparseTensor(let tensor): self = .sparse(tensor)
    case .sparseTensors(let tensors): self = .list(tensors.map(Term.sparse))
    case .type(let type): self = .type(type)
    case .types(let types): self = .list(types.map(Term.type))
    case .graph, .graphs, .reference: self = .unknown
    }
  }
}
