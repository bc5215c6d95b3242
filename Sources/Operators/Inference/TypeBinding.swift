import Graphs
package import Tensors

/// The types that a call's arguments give to the type variables of its schema.
package struct TypeBinding {
  private let schema: OperatorSchema
  /// A bound variable's type, without shapes, and the formal input that gave it.
  private struct Bound {
    /// The variable's place among the schema's constraints.
    var variable: Int
    var type: ValueType
    var by: Int
  }

  /// Most operators have one variable.
  private var first: Bound?
  private var others: [Bound] = []
  package private(set) var problems: [OperatorProblem] = []

  /// Binds the variables from the arguments, first come, first served; what does not fit is reported, never converted.
  package init(_ schema: OperatorSchema, inputs: [InferredValue?]) {
    self.schema = schema
    for position in inputs.indices {
      guard let formal = schema.inputIndex(at: position), let input = inputs[position] else { continue }
      bind(formal, at: position, to: input.type)
    }
  }

  private func bound(_ variable: Int) -> Bound? {
    if let first, first.variable == variable { return first }
    return others.first { $0.variable == variable }
  }

  private mutating func bind(_ variable: Bound) {
    if first == nil { first = variable } else { others.append(variable) }
  }

  private mutating func bind(_ formal: Int, at position: Int, to type: ValueType) {
    let variable = schema.inputs[formal].constraint
    if case .tensor(let tensor) = type, let element = tensor.element, schema.constraints[variable].allows(element) {
      guard schema.constraints[variable].isVariable, schema.inputs[formal].isHomogeneous else { return }
      guard let first = bound(variable) else {
        return bind(Bound(variable: variable, type: .tensor(TensorType(element, nil)), by: position))
      }
      if first.type.element == element { return }
    }
    bind(schema.inputs[formal], at: position, to: type)
  }

  /// Binds a type that is no tensor, or does not fit.
  private mutating func bind(_ parameter: OperatorSchema.Parameter, at position: Int, to type: ValueType) {
    guard let name = type.schemaName else { return }
    let allowed = schema.constraints[parameter.constraint].allowed
    guard allowed.contains(name) else {
      // A tensor is accepted as an optional tensor: files spell the two alike.
      guard !allowed.contains("optional(\(name))") else { return }
      var problem = OperatorProblem(
        "type-mismatch",
        "`\(parameter.name)` is \(Self.spelling(type)), but \(schema.name) takes \(Self.spelling(allowed)) there",
        at: .input(position))
      problem.typed = [position]
      problem.wantedElements = allowed.compactMap { ValueType(schemaName: $0)?.element }
      problems.append(problem)
      return
    }
    guard schema.constraints[parameter.constraint].isVariable, parameter.isHomogeneous else { return }
    guard let bound = bound(parameter.constraint) else {
      return bind(Bound(variable: parameter.constraint, type: type.withoutShape, by: position))
    }
    let (first, by) = (bound.type, bound.by)
    guard first.schemaName != name else { return }
    let other = schema.input(at: by)?.name ?? ""
    let subject = other == parameter.name ? "another `\(other)`" : "`\(other)`"
    var problem = OperatorProblem(
      "type-mismatch",
      "`\(parameter.name)` is \(Self.spelling(type)), but \(subject) is \(Self.spelling(first)): "
        + "\(schema.name) takes one type for both, and tensors never promote",
      at: .input(position))
    problem.typed = [by, position]
    problem.wantedElements = [first.element].compactMap(\.self)
    problems.append(problem)
  }

  /// What is known of the type of a formal parameter: its variable's, or the only one that its constraint allows.
  package func type(of parameter: OperatorSchema.Parameter) -> ValueType {
    if parameter.isHomogeneous, let type = bound(parameter.constraint)?.type { return type }
    return schema.constraints[parameter.constraint].fallback
  }

  /// The type as a message says it: the element type of a tensor, or else all of it without shapes.
  private static func spelling(_ type: ValueType) -> String {
    type.element?.spelling ?? "\(type.withoutShape)"
  }

  private static func spelling(_ allowed: [String]) -> String {
    let names = allowed.map { ValueType(schemaName: $0).map(spelling) ?? $0 }
    guard names.count > 1, let last = names.last else { return names.first ?? "nothing" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension OperatorSchema {
  /// The formal input of the argument at a position: the last one spreads where it is variadic.
  package func input(at position: Int) -> Parameter? { inputIndex(at: position).map { inputs[$0] } }

  /// The formal output of the result at a position.
  package func output(at position: Int) -> Parameter? { Self.index(in: outputs, at: position).map { outputs[$0] } }

  /// Whether the argument at a position and a result have one type, whatever it is.
  package func givesType(_ position: Int, toResult result: Int) -> Bool {
    guard let input = input(at: position), let output = output(at: result) else { return false }
    return input.constraint == output.constraint && constraints[input.constraint].isVariable && input.isHomogeneous
      && output.isHomogeneous
  }

  /// The place of that formal input.
  func inputIndex(at position: Int) -> Int? { Self.index(in: inputs, at: position) }

  private static func index(in parameters: [Parameter], at position: Int) -> Int? {
    if position < parameters.count { return position }
    return parameters.last?.arity == .variadic ? parameters.count - 1 : nil
  }
}
