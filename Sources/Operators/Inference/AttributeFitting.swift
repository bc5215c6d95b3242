package import Graphs

extension Attribute.Value {
  /// The kind that the value has, as schemas name kinds; `nil` for a reference whose kind is unknown.
  package var kind: OperatorSchema.AttributeKind? {
    switch self {
    case .float: .float
    case .int: .int
    case .string: .string
    case .tensor: .tensor
    case .graph: .graph
    case .sparseTensor: .sparseTensor
    case .type: .type
    case .floats: .floats
    case .ints: .ints
    case .strings: .strings
    case .tensors: .tensors
    case .graphs: .graphs
    case .sparseTensors: .sparseTensors
    case .types: .types
    case .reference(_, let number): .init(protoNumber: number)
    }
  }

  /// The value as `kind`: integers serve as floats, and an empty list as any list; `nil` where it cannot be.
  package func converted(to kind: OperatorSchema.AttributeKind) -> Attribute.Value? {
    if self.kind == kind { return self }
    switch (self, kind) {
    case (.reference, _): return self.kind == nil ? self : nil
    case (.int(let value), .float): return .float(Float(value))
    case (.ints(let values), .floats): return .floats(values.map { Float($0) })
    case (.ints([]), .strings), (.floats([]), .strings): return .strings([])
    case (.floats([]), .ints), (.strings([]), .ints): return .ints([])
    case (.strings([]), .floats): return .floats([])
    default: return nil
    }
  }

  /// True for two numbers, strings or lists of these that are the same; floats are compared by their bits.
  package func isSame(as other: Attribute.Value?) -> Bool {
    switch (self, other) {
    case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
    case (.int(let left), .int(let right)): left == right
    case (.string(let left), .string(let right)): left == right
    case (.floats(let left), .floats(let right)): left.map(\.bitPattern) == right.map(\.bitPattern)
    case (.ints(let left), .ints(let right)): left == right
    case (.strings(let left), .strings(let right)): left == right
    default: false
    }
  }
}

extension OperatorSchema.AttributeKind {
  /// The kind that `AttributeProto.AttributeType` gives a number.
  init?(protoNumber: Int) {
    let kinds: [Int: Self] = [
      1: .float, 2: .int, 3: .string, 4: .tensor, 5: .graph, 6: .floats, 7: .ints, 8: .strings, 9: .tensors,
      10: .graphs, 11: .sparseTensor, 12: .sparseTensors, 13: .type, 14: .types,
    ]
    guard let kind = kinds[protoNumber] else { return nil }
    self = kind
  }

  /// The kind as a message says it, with its article.
  package var phrase: String {
    switch self {
    case .float: "a float"
    case .int: "an integer"
    case .string: "a string"
    case .tensor: "a tensor"
    case .graph: "a graph"
    case .sparseTensor: "a sparse tensor"
    case .type: "a type"
    case .floats: "a list of floats"
    case .ints: "a list of integers"
    case .strings: "a list of strings"
    case .tensors: "a list of tensors"
    case .graphs: "a list of graphs"
    case .sparseTensors: "a list of sparse tensors"
    case .types: "a list of types"
    }
  }
}

extension OperatorSchema {
  package func attribute(_ name: String) -> AttributeFact? {
    attributes.first { $0.name == name }
  }

  /// The attributes in the kinds that the schema wants, and what is wrong with them; wrong ones are kept as they are.
  package func fitted(_ given: [Attribute]) -> (attributes: [Attribute], problems: [OperatorProblem]) {
    var problems: [OperatorProblem] = []
    var fitted = given
    for (position, attribute) in given.enumerated() {
      guard let place = attributes.firstIndex(where: { $0.name == attribute.name }) else {
        problems.append(unknownAttribute(attribute.name))
        continue
      }
      if attribute.value.kind == attributes[place].kind {
        if let problem = problem(choosing: attribute.value, for: attributes[place]) { problems.append(problem) }
        continue
      }
      let fact = attributes[place]
      if let value = attribute.value.converted(to: fact.kind) {
        fitted[position].value = value
      } else {
        let found = attribute.value.kind?.phrase ?? "of an unknown kind"
        problems.append(
          OperatorProblem(
            "wrong-attribute-kind", "`\(fact.name)` of \(name) is \(fact.kind.phrase), not \(found)",
            at: .attribute(fact.name)))
      }
    }
    for fact in requiredAttributes where !given.contains(where: { $0.name == fact.name }) {
      problems.append(
        OperatorProblem("missing-attribute", "\(name) needs the attribute `\(fact.name)`, \(fact.kind.phrase)"))
    }
    return (fitted, problems)
  }

  /// What is wrong with a string that is none of those that an attribute may be.
  private func problem(choosing value: Attribute.Value, for fact: AttributeFact) -> OperatorProblem? {
    guard !fact.choices.isEmpty, case .string(let bytes) = value else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard !fact.choices.contains(text) else { return nil }
    let others = fact.choices.dropLast().joined(separator: ", ")
    var problem = OperatorProblem(
      "invalid-attribute",
      "`\(fact.name)` of \(name) is \"\(text)\", but must be \(others) or \(fact.choices.last ?? "")",
      at: .attribute(fact.name))
    problem.meant = Catalogue.nearest(to: text, in: fact.choices)
    return problem
  }

  private func unknownAttribute(_ attribute: String) -> OperatorProblem {
    var message = "\(name) has no attribute `\(attribute)`"
    if let nearest = Catalogue.nearest(to: attribute, in: attributes.map(\.name) + inputs.map(\.name)) {
      message += "; is `\(nearest)` meant?"
    } else if !attributes.isEmpty {
      message += "; it has " + attributes.map { "`\($0.name)`" }.joined(separator: ", ")
    }
    return OperatorProblem("unknown-attribute", message, at: .attribute(attribute))
  }
}
