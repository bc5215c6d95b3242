package import Graphs
package import Tensors

extension GraphBuilder {
  /// Writes a call, fitted to the operator set that is being built; `nil` results are those that the call does not want.
  ///
  /// An operator that the set does not have, or not in this form, is written in terms of others where its rules say how.
  /// Where nothing can be done the call is written as it stands, so that what follows has types, and the problem says why.
  ///
  /// - Parameter declared: the schema whose inputs and attribute defaults the call means.
  @discardableResult
  package mutating func call(
    _ call: OperatorCall, declared: OperatorSchema
  ) -> (outputs: [Value.ID?], problems: [OperatorProblem]) {
    let outer = (problems, origin)
    problems = []
    origin = call.origin
    let outputs = write(call, declared: declared)
    defer { (problems, origin) = (depth > 0 ? outer.0 + problems.map { $0.at(.call) } : problems, outer.1) }
    return (outputs, problems)
  }

  /// Writes a call of an operator without a schema as it stands; nothing is known of its results.
  @discardableResult
  package mutating func call(custom call: OperatorCall, types: [ValueType] = []) -> [Value.ID?] {
    problems = []
    let facts = (0..<call.outputCount).map {
      InferredValue(type: types.indices.contains($0) ? types[$0] : .unknown)
    }
    return append(call, inputs: call.inputs, attributes: call.attributes, known: facts)
  }

  /// Writes a `Constant` node into the current region; its origin is `origin`.
  package mutating func constant(_ tensor: Tensor) -> Value.ID {
    let call = OperatorCall(
      "Constant", inputs: [], attributes: [Attribute("value", .tensor(NamedTensor(tensor)))], origin: origin)
    guard
      let value = append(call, inputs: [], attributes: call.attributes, known: [InferredValue(constant: tensor)])[0]
    else {
      preconditionFailure("a call wants its only result")
    }
    return value
  }
}

extension GraphBuilder: NodeWriter {
  package var opset: Int { opsets[""] ?? 1 }

  /// Writes a call of an ai.onnx operator, fitted to the operator set, and gives its results.
  ///
  /// The arguments are those of the operator's newest version; an attribute that this has as an input becomes one.
  package mutating func write(
    _ name: String, _ inputs: [Value.ID?], attributes: [Attribute] = [], outputCount: Int = 1
  ) -> [Value.ID] {
    let call = OperatorCall(name, inputs: inputs, attributes: attributes, outputCount: outputCount, origin: origin)
    guard let declared = Catalogue.newestSchema(name: name) else {
      problems.append(OperatorProblem("unknown-operator", "ai.onnx has no operator \(name)"))
      return append(call, inputs: inputs, attributes: attributes, known: unknownFacts(outputCount)).compactMap(\.self)
    }
    depth += 1
    defer { depth -= 1 }
    return self.call(call, declared: declared).outputs.compactMap(\.self)
  }

  private func unknownFacts(_ count: Int) -> [InferredValue] {
    Array(repeating: InferredValue(type: .unknown), count: count)
  }
}

// MARK: - Writing

extension GraphBuilder {
  private mutating func write(_ call: OperatorCall, declared: OperatorSchema) -> [Value.ID?] {
    guard let (target, opset) = target(of: declared) else {
      return decompose(call, declared) ?? unavailable(call, declared)
    }
    let fitted = fit(call, declared: declared, target: target)
    guard fitted.obstacles.isEmpty else {
      if let outputs = decompose(call, declared) { return outputs }
      problems += fitted.obstacles
      return inferred(call, declared, opset: declared.sinceVersion, inputs: call.inputs, call.attributes)
    }
    let known = problems.count
    let outputs = inferred(call, target, opset: opset, inputs: fitted.inputs, fitted.attributes)
    if known == problems.count { return outputs }
    for position in known..<problems.count {
      problems[position] = lateType(problems[position], target, inputs: fitted.inputs)
      if case .input(let input) = problems[position].subject, fitted.subjects.indices.contains(input) {
        problems[position].subject = fitted.subjects[input]
      }
    }
    return outputs
  }

  /// The form of an operator that is written, with the version of its set; `nil` where the set has none.
  private mutating func target(of declared: OperatorSchema) -> (OperatorSchema, opset: Int)? {
    if let known = targets[ObjectIdentifier(declared)] { return known }
    guard let opset = opsets[declared.domain] ?? Catalogue.newestOpset(domain: declared.domain),
      let target = Catalogue.schema(domain: declared.domain, name: declared.name, opset: opset)
    else { return nil }
    targets[ObjectIdentifier(declared)] = (target, opset)
    return (target, opset)
  }

  /// Writes a node in the form of a schema, with what can be inferred of its results.
  private mutating func inferred(
    _ call: OperatorCall, _ schema: OperatorSchema, opset: Int, inputs: [Value.ID?], _ attributes: [Attribute]
  ) -> [Value.ID?] {
    let fitted = schema.fitted(attributes)
    let call = completed(call, schema, inputs: inputs, fitted.attributes)
    let arguments = inputs.map { $0.map { notedFact(of: $0) } }
    if fitted.problems.isEmpty,
      let facts = memory.results(
        of: schema, opset: opset, inputs: arguments, attributes: fitted.attributes, count: call.outputCount)
    {
      return append(call, inputs: inputs, attributes: fitted.attributes, facts: facts)
    }
    let (known, found) = schema.infer(
      opset: opset, inputs: inputs.map { $0.map(self.known) }, fitted: fitted, outputCount: call.outputCount,
      regionOutputs: regionOutputs(of: fitted.attributes), regionInputs: graph.regionInputs(of: fitted.attributes),
      limits: limits)
    let facts = known.map { self.facts.fact($0) }
    if found.isEmpty {
      memory.remember(facts, of: schema, opset: opset, inputs: arguments, attributes: fitted.attributes)
    }
    problems += found
    return append(call, inputs: inputs, attributes: fitted.attributes, facts: facts)
  }

  /// Writes the call although the operator set has no such operator, and says so.
  private mutating func unavailable(_ call: OperatorCall, _ declared: OperatorSchema) -> [Value.ID?] {
    let domain = Catalogue.canonical(call.domain)
    let opset = opsets[domain] ?? declared.sinceVersion
    let set = domain.isEmpty ? "operator set" : domain
    switch Catalogue.availability(domain: domain, name: call.name, opset: opset) {
    case .tooNew(let since):
      problems.append(
        OperatorProblem("not-in-opset", "\(call.name) needs \(set) \(since); the model is written for \(opset)"))
    case .removed(let version):
      problems.append(
        OperatorProblem(
          "not-in-opset", "\(call.name) was removed in \(set) \(version); the model is written for \(opset)"))
    case .unknown, .available:
      problems.append(OperatorProblem("unknown-operator", "\(domain.isEmpty ? "ai.onnx" : domain) has no \(call.name)"))
    }
    return inferred(call, declared, opset: declared.sinceVersion, inputs: call.inputs, call.attributes)
  }

  /// A type that only a newer version of the operator takes, told as that.
  private func lateType(
    _ problem: OperatorProblem, _ target: OperatorSchema, inputs: [Value.ID?]
  ) -> OperatorProblem {
    guard problem.identifier == "type-mismatch", case .input(let position) = problem.subject,
      inputs.indices.contains(position), let type = inputs[position].map({ known($0).type }),
      let name = type.schemaName, let parameter = target.input(at: position)
    else { return problem }
    func takes(_ schema: OperatorSchema) -> Bool {
      guard let parameter = schema.input(named: parameter.name) else { return false }
      return (schema.typeConstraints[parameter.type] ?? [parameter.type]).contains(name)
    }
    guard !takes(target), Catalogue.newestSchema(domain: target.domain, name: target.name).map(takes) == true else {
      return problem
    }
    let spelling = type.element?.spelling ?? "\(type.withoutShape)"
    return notInOpset("\(spelling) for `\(parameter.name)` of \(target.name)", target, where: takes).at(problem.subject)
  }

  /// What is known of the outputs of the subgraphs among the attributes.
  func regionOutputs(of attributes: [Attribute]) -> [Region.ID: [InferredValue]] {
    var outputs: [Region.ID: [InferredValue]] = [:]
    for attribute in attributes where attribute.value.holdsRegions {
      for region in attribute.value.regions { outputs[region] = graph.regions[region].outputs.map(known) }
    }
    return outputs
  }

  /// Appends a node to the current region, with a value for each result that is wanted.
  mutating func append(
    _ call: OperatorCall, inputs: [Value.ID?], attributes: [Attribute], known: [InferredValue]
  ) -> [Value.ID?] {
    append(call, inputs: inputs, attributes: attributes, facts: known.map { facts.fact($0) })
  }

  /// The same, of results of which so much is known.
  private mutating func append(
    _ call: OperatorCall, inputs: [Value.ID?], attributes: [Attribute], facts: [Fact]
  ) -> [Value.ID?] {
    let node = graph.nodes.append(
      Node(
        domain: Catalogue.canonical(call.domain), call.name, overload: call.overload, inputs: inputs, outputs: [],
        attributes: attributes, origin: call.origin))
    graph.regions[region].nodes.append(node)
    for attribute in attributes where attribute.value.holdsRegions {
      for owned in attribute.value.regions { graph.regions[owned].owner = node }
    }
    let outputs = facts.indices.map { index -> Value.ID? in
      guard index >= call.wanted.count || call.wanted[index] else { return nil }
      let value = Value(
        type: self.facts.type(facts[index]), definition: .result(node, index: index), origin: call.origin)
      return append(value, fact: facts[index])
    }
    graph.nodes[node].outputs = outputs
    return outputs
  }
}

extension Tensor {
  /// The elements as shape data, where the tensor is an integer or boolean one of rank 0 or 1 and short.
  var shapeElements: [Dimension]? {
    sizes.count <= 1 ? integerElements?.map { Dimension($0) } : nil
  }
}
