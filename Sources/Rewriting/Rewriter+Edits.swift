package import Graphs
package import Tensors

extension Rewriter {
  mutating func tell(_ verb: String, _ subject: String, _ target: String = "") { changes.add(verb, subject, target) }

  /// Makes a node take other values.
  package mutating func setInputs(_ inputs: [Value.ID?], of node: Node.ID) {
    for case let value? in graph.nodes[node].arguments { dropUse(of: value, by: node) }
    graph.nodes[node].inputs = inputs
    for case let value? in inputs { users[value.index].append(node) }
  }

  /// Makes a node give other values.
  package mutating func setOutputs(_ outputs: [Value.ID?], of node: Node.ID) {
    graph.nodes[node].outputs = outputs
    for (index, output) in outputs.enumerated() {
      if let output { graph.values[output].definition = .result(node, index: index) }
    }
  }

  /// Makes a node call another operator.
  package mutating func setOperator(_ operatorType: String, domain: String = "", of node: Node.ID) {
    graph.nodes[node].operatorType = operatorType
    graph.nodes[node].domain = domain
  }

  private mutating func dropUse(of value: Value.ID, by node: Node.ID) {
    if let place = users[value.index].lastIndex(of: node) { users[value.index].remove(at: place) }
  }

  /// Makes a node another call of the same results.
  package mutating func rewrite(
    _ node: Node.ID, as operatorType: String, _ inputs: [Value.ID?], _ attributes: [Attribute]
  ) {
    let before = graph.nodes[node].arguments
    setInputs(inputs, of: node)
    graph.nodes[node].operatorType = operatorType
    graph.nodes[node].attributes = attributes
    for case let value? in before { removeIfDead(value) }
  }

  /// Makes a node take other values, and removes what is not needed then.
  package mutating func rewire(_ node: Node.ID, _ inputs: [Value.ID?]) {
    let before = graph.nodes[node].arguments
    setInputs(inputs, of: node)
    for case let value? in before { removeIfDead(value) }
  }

  /// Gives an attribute a value, or takes it away.
  package mutating func set(_ name: String, _ value: Attribute.Value?, of node: Node.ID) {
    let place = graph.nodes[node].attributes.firstIndex { $0.name == name }
    switch (place, value) {
    case (let place?, let value?): graph.nodes[node].attributes[place].value = value
    case (let place?, nil): graph.nodes[node].attributes.remove(at: place)
    case (nil, let value?): graph.nodes[node].attributes.append(Attribute(name, value))
    case (nil, nil): break
    }
  }
}

// MARK: - Values in the place of others

extension Rewriter {
  /// Whether `new` can stand wherever `old` does.
  ///
  /// An output keeps its name: what gives `new` must then be able to give `old` instead.
  func canReplace(_ old: Value.ID, with new: Value.ID) -> Bool {
    guard old != new, !isCapturedAmbiguously(old, as: new) else { return false }
    guard outputUses[old.index] > 0 else { return true }
    guard let producer = producer(of: new), let former = self.producer(of: old) else { return false }
    return places[producer.index] == places[former.index] && outputUses[new.index] == 0 && producer != former
      && !isCapturedAmbiguously(new, as: old)
  }

  /// Puts `new` where `old` is, which must be the result of a node; that node no longer gives it.
  ///
  /// - Precondition: `canReplace` says so.
  mutating func replace(_ old: Value.ID, with new: Value.ID) {
    guard outputUses[old.index] > 0 else { return moveUses(of: old, to: new) }
    guard case .result(let former, let place) = graph.values[old].definition,
      case .result(let producer, let newPlace) = graph.values[new].definition
    else { return }
    setResult(nil, place, of: former)
    setResult(old, newPlace, of: producer)
    graph.values[old].definition = .result(producer, index: newPlace)
    graph.values[new].definition = .undefined
    moveUses(of: new, to: old)
  }

  private mutating func setResult(_ value: Value.ID?, _ place: Int, of node: Node.ID) {
    var results = graph.nodes[node].outputs
    guard results.indices.contains(place) else { return }
    results[place] = value
    graph.nodes[node].outputs = results
  }

  private mutating func moveUses(of old: Value.ID, to new: Value.ID) {
    let nodes = users[old.index]
    users[old.index] = []
    for node in Set(nodes) {
      graph.nodes[node].inputs = graph.nodes[node].inputs.map { $0 == old ? new : $0 }
    }
    users[new.index] += nodes
  }

  /// Puts an argument of a node in the place of its first result, and removes the node; `false` where that cannot be.
  mutating func bypass(_ node: Node.ID, with value: Value.ID) -> Bool {
    guard let result = output(node), givesOnlyFirst(node), canReplace(result, with: value) else { return false }
    replace(result, with: value)
    removeIfDead(node)
    return true
  }
}

// MARK: - Removal

extension Rewriter {
  /// Removes the node that gives a value, if nobody needs any of its results, and then those that it alone needed.
  package mutating func removeIfDead(_ value: Value.ID) {
    if let node = producer(of: value) { removeIfDead(node) }
  }

  @discardableResult
  package mutating func removeIfDead(_ node: Node.ID) -> Bool {
    var isRemoved = false
    var open = [node]
    while let node = open.popLast() {
      guard places[node.index] != nil, !graph.nodes[node].results.contains(where: { isUsed($0) }) else { continue }
      isRemoved = true
      for value in remove(node) {
        if case .result(let producer, _) = graph.values[value].definition { open.append(producer) }
      }
    }
    return isRemoved
  }

  /// Removes a node with its subgraphs, and gives the values that they needed.
  private mutating func remove(_ node: Node.ID) -> [Value.ID] {
    var released: [Value.ID] = []
    for region in graph.nodes[node].attributes.flatMap(\.value.regions) {
      for output in graph.regions[region].outputs {
        outputUses[output.index] -= 1
        released.append(output)
      }
      for inner in graph.regions[region].nodes where places[inner.index] != nil { released += remove(inner) }
      graph.regions[region].nodes = []
      graph.regions[region].initializers = []
      graph.regions[region].outputs = []
    }
    let arguments = graph.nodes[node].arguments
    for case let value? in graph.nodes[node].results {
      names[graph.values[value].name, default: 1] -= 1
    }
    setInputs([], of: node)
    places[node.index] = nil
    return released + arguments.compactMap(\.self)
  }
}

// MARK: - Tensors

extension Rewriter {
  /// Makes the result of a node a tensor of the file; where it is an output, or in a function, that of a Constant.
  mutating func store(_ tensor: Tensor, as value: Value.ID, insteadOf node: Node.ID) {
    let before = graph.nodes[node].arguments
    if storesInitializers, outputUses[value.index] == 0, let region = places[node.index] {
      setInputs([], of: node)
      graph.nodes[node].outputs = []
      places[node.index] = nil
      graph.values[value].definition = .initializer(region)
      stored[value] = tensor
      graph.regions[region].initializers.append(Initializer(value: value, tensor: tensor, role: .constant))
    } else {
      setInputs([], of: node)
      graph.nodes[node].operatorType = "Constant"
      graph.nodes[node].domain = ""
      graph.nodes[node].attributes = [Attribute("value", .tensor(NamedTensor(tensor)))]
      graph.nodes[node].outputs = [value]
      graph.values[value].definition = .result(node, index: 0)
    }
    for case let argument? in before { removeIfDead(argument) }
  }

  /// A new tensor for `user` to take, called after `value`.
  mutating func makeTensor(_ tensor: Tensor, like value: Value.ID, for user: Node.ID) -> Value.ID {
    let name = freshName(like: graph.values[value].name)
    let region = places[user.index] ?? graph.body
    let id = makeValue(name, tensor.type, .initializer(region))
    if storesInitializers {
      stored[id] = tensor
      graph.regions[region].initializers.append(Initializer(value: id, tensor: tensor, role: .constant))
    } else {
      insert(
        Node("Constant", inputs: [], outputs: [id], attributes: [Attribute("value", .tensor(NamedTensor(tensor)))]),
        before: user)
    }
    return id
  }

  /// A new tensor in a region, which must not be that of a function's body.
  package mutating func makeTensor(
    _ tensor: Tensor, named name: String, in region: Region.ID, role: Initializer.Role = .constant
  ) -> Value.ID {
    let id = makeValue(uniqueName(name), tensor.type, .initializer(region))
    stored[id] = tensor
    graph.regions[region].initializers.append(Initializer(value: id, tensor: tensor, role: role))
    return id
  }

  package mutating func makeValue(_ name: String, _ type: ValueType, _ definition: Value.Definition) -> Value.ID {
    let id = graph.values.append(Value(name: name, type: type, definition: definition))
    users.append([])
    outputUses.append(0)
    names[name, default: 0] += 1
    return id
  }

  /// Puts a new node at the end of a region.
  @discardableResult
  package mutating func append(_ node: Node, to region: Region.ID) -> Node.ID {
    let id = graph.nodes.append(node)
    places.append(region)
    setOutputs(node.outputs, of: id)
    for case let value? in node.arguments { users[value.index].append(id) }
    graph.regions[region].nodes.append(id)
    return id
  }

  /// Puts a new node in front of another.
  @discardableResult
  package mutating func insert(_ node: Node, before other: Node.ID) -> Node.ID {
    let id = graph.nodes.append(node)
    let region = places[other.index] ?? graph.body
    places.append(region)
    for (index, value) in node.results.enumerated() {
      if let value { graph.values[value].definition = .result(id, index: index) }
    }
    for case let value? in node.arguments { users[value.index].append(id) }
    let place = graph.regions[region].nodes.firstIndex(of: other) ?? graph.regions[region].nodes.endIndex
    graph.regions[region].nodes.insert(id, at: place)
    return id
  }

  /// Whether storing `bytes` more takes no more room than what goes with `node`: its own, and tensors that only it takes.
  func isWorth(_ bytes: Int, insteadOf node: Node.ID) -> Bool {
    var freed = size(of: node) + 24
    for value in Set(graph.nodes[node].arguments.compactMap(\.self)) {
      guard outputUses[value.index] == 0, users[value.index].allSatisfy({ $0 == node }) else { continue }
      freed += stored[value]?.byteCount ?? producer(of: value).flatMap { graph.nodes[$0].constant?.byteCount } ?? 0
    }
    return bytes <= freed
  }
}
