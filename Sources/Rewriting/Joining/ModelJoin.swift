package import Graphs
import Operators
import Tensors

/// Two models as one: outputs of the first go where inputs of the second were.
///
/// The first model keeps all of its names; those of the second that it has too get a prefix. Inputs are the first model's
/// and those of the second that nothing is connected to; outputs are those of the first that are not connected, and the
/// second model's. Weights stay where they are. Complexity: linear in both.
package struct ModelJoin {
  package private(set) var model: Model
  /// What is worth knowing of the result: pairs of sizes that must be equal.
  package private(set) var assumptions: [String] = []
  /// The inputs and outputs of the second model that have other names now.
  package private(set) var renamed: [(old: String, new: String)] = []

  private let second: Model
  private let prefix: String
  /// New names of the second model's values, by the old.
  private var names: [String: String] = [:]

  /// Joins two models.
  ///
  /// - Parameters:
  ///   - types: the graphs of both with the types of all values.
  ///   - connections: names of outputs of the first, and of inputs of the second; where there are none, values of the same
  ///     name are connected.
  ///   - prefix: what stands before names that both have.
  ///   - areSame: whether two functions of the same name are one.
  package init(
    _ first: Model, _ second: Model, types: (Graph, Graph), connections: [(output: String, input: String)],
    prefix: String, areSame: (Function, Function) -> Bool
  ) throws(JoinProblem) {
    guard first.training.isEmpty, second.training.isEmpty else { throw .training }
    model = first
    model.opsetImports = try OpsetReconciliation.imports(first, second)
    model.irVersion = max(first.irVersion, second.irVersion)
    self.prefix = prefix
    let pairs = try Self.pairs(connections, first.graph, second.graph)
    var sizes = ConnectedSizes()
    for (output, input) in pairs {
      try sizes.connect(
        first.graph.values[output].name, types.0.values[output].type, to: second.graph.values[input].name,
        types.1.values[input].type)
    }
    assumptions = sizes.assumptions
    sizes.separate(second.graph.sizeNames, from: first.graph.sizeNames.union(types.0.sizeNames), prefix: prefix)
    self.second = second.substituting(sizes.bindings)
    try joinHeaders()
    let functions = joinFunctions(areSame)
    join(pairs, types: types.0, calling: functions)
  }

  private static func pairs(
    _ connections: [(output: String, input: String)], _ first: Graph, _ second: Graph
  ) throws(JoinProblem) -> [(output: Value.ID, input: Value.ID)] {
    let outputs = first.regions[first.body].outputs
    let inputs = second.regions[second.body].inputs
    let outputNames = outputs.map { first.values[$0].name }
    let inputNames = inputs.map { second.values[$0].name }
    var pairs: [(output: Value.ID, input: Value.ID)] = []
    if connections.isEmpty {
      for (place, name) in inputNames.enumerated() {
        if let other = outputNames.firstIndex(of: name) { pairs.append((outputs[other], inputs[place])) }
      }
      if pairs.isEmpty { throw .nothingInCommon(outputs: outputNames, inputs: inputNames) }
    }
    for (output, input) in connections {
      guard let source = outputNames.firstIndex(of: output) else {
        throw .noSuchEnd(output, isOutput: true, among: outputNames)
      }
      guard let target = inputNames.firstIndex(of: input) else {
        throw .noSuchEnd(input, isOutput: false, among: inputNames)
      }
      guard !pairs.contains(where: { $0.input == inputs[target] }) else { throw .connectedTwice(input) }
      pairs.append((outputs[source], inputs[target]))
    }
    return pairs
  }
}

// MARK: - What stands beside the graphs

extension ModelJoin {
  private mutating func joinHeaders() throws(JoinProblem) {
    let doc = second.annotations.doc
    if !doc.isEmpty, doc != model.annotations.doc {
      model.annotations.doc += (model.annotations.doc.isEmpty ? "" : "\n\n") + doc
    }
    var keys = Dictionary(model.annotations.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    for entry in second.annotations.metadata where keys[entry.key] != entry.value {
      var entry = entry
      while keys[entry.key] != nil { entry.key = prefix + entry.key }
      keys[entry.key] = entry.value
      model.annotations.metadata.append(entry)
    }
    for configuration in second.deviceConfigurations where !model.deviceConfigurations.contains(configuration) {
      if case .named(let name, _, _) = configuration,
        model.deviceConfigurations.contains(where: { $0.name == name })
      {
        throw .devices(name)
      }
      model.deviceConfigurations.append(configuration)
    }
    if second.producerName != model.producerName { (model.producerName, model.producerVersion) = ("mica", "") }
  }

  /// Adds the second model's functions, and gives the new names of those that the first has under theirs.
  private mutating func joinFunctions(_ areSame: (Function, Function) -> Bool) -> [FunctionName: String] {
    var renamed: [FunctionName: String] = [:]
    var added: [Function] = []
    var known = Dictionary(model.functions.map { ($0.identity, $0) }) { first, _ in first }
    for var function in second.functions {
      let identity = function.identity
      if let twin = known[identity] {
        if areSame(twin, function) { continue }
        while known[function.identity] != nil { function.name = prefix + function.name }
        renamed[identity] = function.name
      }
      known[function.identity] = function
      added.append(function)
    }
    for index in added.indices { added[index].graph.renameCalls(renamed) }
    model.functions += added
    return renamed
  }
}

// MARK: - Graphs

extension ModelJoin {
  private mutating func join(
    _ pairs: [(output: Value.ID, input: Value.ID)], types: Graph, calling functions: [FunctionName: String]
  ) {
    var other = second.graph
    other.renameCalls(functions)
    rename(&other, except: Set(pairs.map(\.input)))
    let placement = model.graph.takeIn(other)
    let body = model.graph.body
    let moved = placement(other.body)
    var region = model.graph.regions[moved]
    model.graph.regions[moved] = Region()
    let connected = Dictionary(pairs.map { (placement($0.input), $0.output) }) { first, _ in first }
    region.initializers.removeAll { connected[$0.value] != nil }
    region.sparseInitializers.removeAll { connected[$0.value] != nil }
    region.valueInfo.removeAll { connected[$0] != nil }
    region.quantization.removeAll { $0.value.map { connected[$0] != nil } ?? false }
    passOn(&region, connected)
    replaceUses(connected)
    for initializer in region.initializers { move(initializer.value, to: body) }
    for initializer in region.sparseInitializers { move(initializer.value, to: body) }
    hide(Set(pairs.map(\.output)), types: types)
    let outputCount = model.graph.regions[body].outputs.count
    for (place, description) in region.otherOutputs {
      model.graph.regions[body].otherOutputs[outputCount + place] = description
    }
    let recordCount = model.graph.regions[body].valueInfo.count
    for (place, description) in region.otherRecords {
      model.graph.regions[body].otherRecords[recordCount + place] = description
    }
    model.graph.regions[body].inputs += region.inputs.filter { connected[$0] == nil }
    model.graph.regions[body].outputs += region.outputs
    model.graph.regions[body].nodes += region.nodes
    model.graph.regions[body].initializers += region.initializers
    model.graph.regions[body].sparseInitializers += region.sparseInitializers
    model.graph.regions[body].valueInfo += region.valueInfo
    model.graph.regions[body].quantization += region.quantization
    model.graph.regions[body].recordedTypes.merge(region.recordedTypes) { first, _ in first }
    model.graph.regions[body].joinNotes(of: region, prefix: prefix)
    for (index, input) in model.graph.regions[body].inputs.enumerated() {
      model.graph.values[input].definition = .input(body, index: index)
    }
  }

  /// Lets outputs that are connected inputs come from a node of their own, which has their names.
  private mutating func passOn(_ region: inout Region, _ connected: [Value.ID: Value.ID]) {
    for (place, output) in region.outputs.enumerated() {
      guard let source = connected[output] else { continue }
      let old = model.graph.values[output].name
      var name = old
      let values = model.graph.values
      var taken = Set(values.indices.filter { $0 != output }.map { values[$0].name })
      while !taken.insert(name).inserted { name = prefix + name }
      let result = model.graph.values.append(
        Value(name: name, type: model.graph.values[output].type, definition: .undefined))
      let node = model.graph.nodes.append(Node("Identity", inputs: [source], outputs: [result]))
      model.graph.values[result].definition = .result(node, index: 0)
      region.nodes.append(node)
      region.outputs[place] = result
      if name != old { renamed.append((old, name)) }
    }
  }

  private mutating func replaceUses(_ connected: [Value.ID: Value.ID]) {
    for node in model.graph.nodes.indices {
      let inputs = model.graph.nodes[node].arguments
      guard inputs.contains(where: { $0.map { connected[$0] != nil } ?? false }) else { continue }
      model.graph.nodes[node].inputs = inputs.map { $0.map { connected[$0] ?? $0 } }
    }
    for region in model.graph.regions.indices {
      model.graph.regions[region].outputs = model.graph.regions[region].outputs.map { connected[$0] ?? $0 }
    }
  }

  private mutating func move(_ value: Value.ID, to body: Region.ID) {
    if case .initializer = model.graph.values[value].definition {
      model.graph.values[value].definition = .initializer(body)
    }
  }

  /// Makes outputs of the first model that are connected values like others.
  private mutating func hide(_ outputs: Set<Value.ID>, types: Graph) {
    let body = model.graph.body
    var region = model.graph.regions[body]
    let kept = region.outputs.indices.filter { !outputs.contains(region.outputs[$0]) }
    region.otherOutputs = Dictionary(
      uniqueKeysWithValues: kept.enumerated().compactMap { place, old in region.otherOutputs[old].map { (place, $0) } })
    let stored = Set(region.initializers.map(\.value)).union(region.inputs)
    for output in region.outputs where outputs.contains(output) && !stored.contains(output) {
      if !region.valueInfo.contains(output), model.graph.values[output].type != .unknown {
        region.valueInfo.append(output)
      }
    }
    region.outputs = kept.map { region.outputs[$0] }
    model.graph.regions[body] = region
  }

  /// Gives values and nodes of the second graph whose names the first has names of their own.
  private mutating func rename(_ other: inout Graph, except connected: Set<Value.ID>) {
    let graph = model.graph
    var taken = Set(graph.values.indices.map { graph.values[$0].name })
    let (otherValues, otherNodes) = (other.values, other.nodes)
    var others = Set(otherValues.indices.filter { !connected.contains($0) }.map { otherValues[$0].name })
    let ends = Set(other.regions[other.body].inputs + other.regions[other.body].outputs)
    for id in other.values.indices where !connected.contains(id) {
      let old = other.values[id].name
      guard !old.isEmpty, taken.contains(old) else { continue }
      let name = names[old] ?? Self.fresh(prefix + old, taken, others)
      others.insert(name)
      names[old] = name
      other.values[id].name = name
      if ends.contains(id) { renamed.append((old, name)) }
    }
    taken = Set(graph.nodes.indices.map { graph.nodes[$0].name })
    others = Set(otherNodes.indices.map { otherNodes[$0].name })
    for id in other.nodes.indices {
      let old = other.nodes[id].name
      guard !old.isEmpty, taken.contains(old) else { continue }
      let name = Self.fresh(prefix + old, taken, others)
      others.insert(name)
      other.nodes[id].name = name
    }
    let names = names
    other.renameMentions { names[$0] ?? $0 }
  }

  private static func fresh(_ name: String, _ taken: Set<String>, _ others: Set<String>) -> String {
    var candidate = name
    var number = 0
    while taken.contains(candidate) || others.contains(candidate) {
      number += 1
      candidate = "\(name)_\(number)"
    }
    return candidate
  }
}
