import Graphs
import Tensors

/// A call by the formal inputs of the schema that it is written for.
struct FittedCall {
  var inputs: [Value.ID?] = []
  var attributes: [Attribute] = []
  /// What the call as it was made had at each input: problems are told of the argument that the user wrote.
  ///
  /// Empty where the inputs are as they were.
  var subjects: [OperatorProblem.Subject] = []
  /// Why the operator set cannot say this call; empty where it can.
  var obstacles: [OperatorProblem] = []
}

// Between versions, parameters are matched by name. An input that the target has as an attribute of the same name becomes
// the attribute, if its elements are known, and the other way round.
extension GraphBuilder {
  /// The call, made for `declared`, in the form of another version of the same operator.
  mutating func fit(_ call: OperatorCall, declared: OperatorSchema, target: OperatorSchema) -> FittedCall {
    var call = call
    var fitted = FittedCall()
    if declared.sinceVersion != target.sinceVersion {
      if let obstacle = adapt(&call, declared: declared, target: target) {
        fitted.obstacles.append(obstacle)
        return fitted
      }
    } else if call.attributes.allSatisfy({ target.attribute($0.name) != nil || target.input(named: $0.name) == nil }) {
      fitted.inputs = call.inputs
      fitted.attributes = call.attributes
      return fitted
    }
    place(call, declared, target, into: &fitted)
    let moved = fitted.attributes
    fitted.attributes = []
    placeAttributes(call, declared, target, into: &fitted)
    fitted.attributes += moved
    while fitted.inputs.last == .some(nil) {
      fitted.inputs.removeLast()
      fitted.subjects.removeLast()
    }
    return fitted
  }

  /// Puts the arguments where the target has an input, or an attribute, of the same name.
  private mutating func place(
    _ call: OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema, into fitted: inout FittedCall
  ) {
    fitted.inputs = Array(repeating: nil, count: target.inputs.count)
    fitted.subjects = target.inputs.map { .attribute($0.name) }
    for (position, argument) in call.inputs.enumerated() {
      guard let parameter = declared.input(at: position) else {
        // More arguments than the operator has inputs: kept, for inference to report.
        fitted.inputs.append(argument)
        fitted.subjects.append(.input(position))
        continue
      }
      let place = target.position(of: parameter, at: min(position, declared.inputs.count - 1), in: declared)
      if place != nil, parameter.arity == .variadic, position >= declared.inputs.count {
        fitted.inputs.append(argument)
        fitted.subjects.append(.input(position))
      } else if let place {
        fitted.inputs[place] = argument
        fitted.subjects[place] = .input(position)
      } else if let argument, let obstacle = placeAsAttribute(argument, parameter, target, into: &fitted) {
        fitted.obstacles.append(obstacle.at(.input(position)))
      }
    }
  }

  private mutating func placeAsAttribute(
    _ argument: Value.ID, _ parameter: OperatorSchema.Parameter, _ target: OperatorSchema,
    into fitted: inout FittedCall
  ) -> OperatorProblem? {
    guard let fact = target.attribute(alias: parameter.name) else {
      return notInOpset("the input `\(parameter.name)` of \(target.name)", target) { schema in
        schema.input(named: parameter.name) != nil || schema.attribute(parameter.name) != nil
      }
    }
    guard let value = attributeValue(of: known(argument), kind: fact.kind) else {
      return notInOpset("an input `\(parameter.name)` of \(target.name) that is no constant", target) { schema in
        schema.input(named: parameter.name) != nil
      }
    }
    fitted.attributes.append(Attribute(fact.name, value))
    replacedConstants.insert(argument)
    return nil
  }

  /// Puts the attributes where the target has an attribute, or an input, of the same name.
  private mutating func placeAttributes(
    _ call: OperatorCall, _ declared: OperatorSchema, _ target: OperatorSchema, into fitted: inout FittedCall
  ) {
    for attribute in call.attributes {
      if let fact = target.attribute(alias: attribute.name) {
        var attribute = attribute
        attribute.name = fact.name
        fitted.attributes.append(attribute)
      } else if let place = target.inputs.firstIndex(where: { OperatorSchema.isAlias($0.name, attribute.name) }),
        fitted.inputs[place] == nil,
        let tensor = tensor(of: attribute.value, for: target.inputs[place], target, fitted.inputs)
      {
        fitted.inputs[place] = constant(tensor)
        fitted.subjects[place] = .attribute(attribute.name)
      } else if let fact = declared.attribute(attribute.name) {
        let value = attribute.value.converted(to: fact.kind) ?? attribute.value
        if !value.isSame(as: fact.defaultValue) {
          let phrase = "the attribute `\(attribute.name)` of \(target.name)"
          let obstacle = notInOpset(phrase, target) { $0.attribute(attribute.name) != nil }
          fitted.obstacles.append(obstacle.at(.attribute(attribute.name)))
        }
      } else {
        // Of no version that the call was made for: inference reports it.
        fitted.attributes.append(attribute)
      }
    }
    // A default that differs is said outright.
    for fact in declared.attributes {
      guard let meant = fact.defaultValue, !call.attributes.contains(where: { $0.name == fact.name }),
        let other = target.attribute(fact.name)?.defaultValue, !meant.isSame(as: other)
      else { continue }
      fitted.attributes.append(Attribute(fact.name, meant))
    }
  }

  /// The problem that `what` needs another operator set, the first after the target's in which `has` is true.
  func notInOpset(
    _ what: String, _ target: OperatorSchema, where has: (OperatorSchema) -> Bool
  ) -> OperatorProblem {
    let opset = opsets[target.domain] ?? target.sinceVersion
    let since = Catalogue.versions(domain: target.domain, name: target.name).first { version in
      version > opset && Catalogue.schema(domain: target.domain, name: target.name, opset: version).map(has) == true
    }
    let set = target.domain.isEmpty ? "operator set" : "\(target.domain)"
    let need = since.map { "\(what) needs \(set) \($0)" } ?? "\(what) is not in \(set) \(opset)"
    return OperatorProblem("not-in-opset", "\(need); the model is written for \(opset)")
  }
}

extension OperatorProblem {
  /// The same problem, told of another argument.
  func at(_ subject: Subject) -> OperatorProblem {
    OperatorProblem(identifier, message, at: subject)
  }
}

// MARK: - Names

extension OperatorSchema {
  func input(named name: String) -> Parameter? { inputs.first { $0.name == name } }

  /// Parameters that changed their name when they changed between input and attribute: Pad's fill value, TopK's count.
  private static let aliases = [["value", "constant_value"], ["k", "K"]]

  static func isAlias(_ left: String, _ right: String) -> Bool {
    left == right || aliases.contains { $0.contains(left) && $0.contains(right) }
  }

  func attribute(alias name: String) -> AttributeFact? {
    attribute(name) ?? attributes.first { Self.isAlias($0.name, name) }
  }

  /// Where an input of another version stands in this one.
  ///
  /// One whose name neither version shares keeps its place, as BatchNormalization's `mean` became `input_mean`.
  fileprivate func position(of parameter: Parameter, at position: Int, in other: OperatorSchema) -> Int? {
    if let place = inputs.firstIndex(where: { $0.name == parameter.name }) { return place }
    guard inputs.indices.contains(position), inputs[position].arity == parameter.arity,
      other.input(named: inputs[position].name) == nil, attribute(alias: parameter.name) == nil
    else { return nil }
    return position
  }
}
