import Graphs
package import Tensors

/// The types that a call's arguments give to the type variables of its schema.
package struct TypeBinding {
  private let schema: OperatorSchema
  /// Each bound variable's type, without shapes, and the formal input that gave it.
  private var bound: [String: (type: ValueType, by: Int)] = [:]
  package private(set) var problems: [OperatorProblem] = []

  /// Binds the variables from the arguments, first come, first served; what does not fit is reported, never converted.
  package init(_ schema: OperatorSchema, inputs: [InferredValue?]) {
    self.schema = schema
    for (position, input) in inputs.enumerated() {
      guard let input, let parameter = schema.input(at: position) else { continue }
      bind(parameter, at: position, to: input.type)
    }
  }

  private mutating func bind(_ parameter: OperatorSchema.Parameter, at position: Int, to type: ValueType) {
    guard let name = type.schemaName else { return }
    let constraint = schema.typeConstraints[parameter.type]
    if let element = type.element, constraint != nil, bound[parameter.type]?.type.element == element { return }
    let allowed = constraint ?? [parameter.type]
    guard allowed.contains(name) else {
      // A tensor is accepted as an optional tensor: files spell the two alike.
      guard !allowed.contains("optional(\(name))") else { return }
      problems.append(
        OperatorProblem(
          "type-mismatch",
          "`\(parameter.name)` is \(Self.spelling(type)), but \(schema.name) takes \(Self.spelling(allowed)) there",
          at: .input(position)))
      return
    }
    guard constraint != nil, parameter.isHomogeneous else { return }
    guard let (first, by) = bound[parameter.type] else {
      bound[parameter.type] = (type.withoutShape, position)
      return
    }
    guard first.schemaName != name else { return }
    let other = schema.input(at: by)?.name ?? ""
    let subject = other == parameter.name ? "another `\(other)`" : "`\(other)`"
    problems.append(
      OperatorProblem(
        "type-mismatch",
        "`\(parameter.name)` is \(Self.spelling(type)), but \(subject) is \(Self.spelling(first)): "
          + "\(schema.name) takes one type for both, and tensors never promote",
        at: .input(position)))
  }

  /// What is known of the type of a formal parameter: its variable's, or the only one that its constraint allows.
  package func type(of parameter: OperatorSchema.Parameter) -> ValueType {
    if parameter.isHomogeneous, let type = bound[parameter.type]?.type { return type }
    let allowed = schema.typeConstraints[parameter.type] ?? [parameter.type]
    if allowed.count == 1, let only = allowed.first.flatMap({ ValueType(schemaName: $0) }) { return only }
    if allowed.allSatisfy({ $0.hasPrefix("tensor(") }) { return .tensor(TensorType(nil, nil)) }
    return .unknown
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
  package func input(at position: Int) -> Parameter? { Self.parameter(inputs, at: position) }

  /// The formal output of the result at a position.
  package func output(at position: Int) -> Parameter? { Self.parameter(outputs, at: position) }

  private static func parameter(_ parameters: [Parameter], at position: Int) -> Parameter? {
    if parameters.indices.contains(position) { return parameters[position] }
    return parameters.last.flatMap { $0.arity == .variadic ? $0 : nil }
  }
}
