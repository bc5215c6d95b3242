import Authoring
import Graphs
package import Semantics
import Syntax
import Tensors

extension ModelHierarchy {
  /// The hierarchy of an elaborated model.
  ///
  /// - Parameters:
  ///   - bindings: values for open sizes; others count as the least that they may be.
  ///   - files: the program's own files, whose `repeat` statements fold up.
  package init(_ elaboration: Elaboration, bindings: [String: Int] = [:], files: [SourceFile]) {
    var builder = HierarchyBuilder(elaboration, bindings: bindings, files: files)
    self = builder.build()
  }
}

/// Nests the nodes of a graph as their instances do.
private struct HierarchyBuilder {
  private let graph: Graph
  private let amounts: NodeAmounts
  private let parameters: [Initializer]
  private let paths: InstancePaths
  private let repetitions: RepeatedText
  private var hierarchy: ModelHierarchy
  private var instanceParts: [Instance.ID: Int] = [:]
  private var nodeParts: [Node.ID: Int] = [:]
  private var terminals: [Value.ID: Int] = [:]

  init(_ elaboration: Elaboration, bindings: [String: Int], files: [SourceFile]) {
    graph = elaboration.model.graph
    amounts = NodeAmounts(elaboration, bindings: bindings)
    parameters = elaboration.parameters
    paths = InstancePaths(graph)
    repetitions = RepeatedText(files + Library.files)
    var root = ModelHierarchy.Part(.model, parent: nil, callee: elaboration.declaration.name, path: "")
    let range = elaboration.declaration.syntax.place
    root.source = SourceRange(
      file: range.file, start: UInt32(range.range.lowerBound), end: UInt32(range.range.upperBound))
    hierarchy = ModelHierarchy(parts: [root])
    hierarchy.openSizes = amounts.sizes.filter { bindings[$0.key] == nil }
  }

  mutating func build() -> ModelHierarchy {
    visit(graph.body, in: 0, below: [])
    addParameters()
    addLinks()
    mergeSingleNodes()
    markLayers()
    for part in hierarchy.parts.indices { foldRepetitions(of: part) }
    for part in hierarchy.parts.indices { foldSections(of: part) }
    addUp(0)
    return hierarchy
  }

  private mutating func append(_ part: ModelHierarchy.Part) -> Int {
    let id = hierarchy.parts.count
    hierarchy.parts.append(part)
    if let parent = part.parent { hierarchy.parts[parent].children.append(id) }
    return id
  }

  // MARK: Parts

  /// - Parameter outer: the instances around the region's owner, which are not opened again in it.
  private mutating func visit(_ region: Region.ID, in part: Int, below outer: [Instance.ID]) {
    for value in graph.regions[region].inputs {
      terminals[value] = terminal(.input, of: value, in: part)
    }
    for node in graph.regions[region].nodes {
      // A literal belongs to what uses it.
      if graph.nodes[node].isConstant { continue }
      let chain = self.chain(of: graph.nodes[node].origin)
      var parent = part
      for id in chain where !outer.contains(id) {
        parent = instanceParts[id] ?? append(instance: id, in: parent)
        instanceParts[id] = parent
      }
      append(node, in: parent, below: chain)
    }
    for value in graph.regions[region].outputs {
      let terminal = terminal(.output, of: value, in: part)
      if let source = producer(of: value) { link(value, from: source, to: terminal) }
    }
  }

  /// The instances around something, outermost first, without the model.
  private func chain(of origin: Origin) -> [Instance.ID] {
    var chain: [Instance.ID] = []
    var instance = origin.instance
    while let id = instance {
      if graph.instances[id].kind != .model { chain.append(id) }
      instance = graph.instances[id].parent
    }
    return chain.reversed()
  }

  private mutating func append(instance id: Instance.ID, in parent: Int) -> Int {
    let instance = graph.instances[id]
    var path = paths.path(of: id)
    if instance.label == nil { path = path.isEmpty ? instance.callee : "\(path).\(instance.callee)" }
    var part = ModelHierarchy.Part(
      .block, parent: parent, name: instance.label ?? "", callee: instance.callee, path: path)
    part.source = instance.call
    part.type = instance.outputs.first.map { graph.values[$0].type }.map(Self.text) ?? ""
    part.isLayer = instance.isLibrary
    return append(part)
  }

  private mutating func append(_ id: Node.ID, in parent: Int, below chain: [Instance.ID]) {
    let node = graph.nodes[id]
    var part = ModelHierarchy.Part(.node, parent: parent, callee: node.operatorType, path: node.name)
    part.source = node.origin.source
    part.type = node.outputs.first.flatMap { $0 }.map { graph.values[$0].type }.map(Self.text) ?? ""
    part.attributes = node.attributes.map { "\($0.name)=\($0.value.spelling)" }.joined(separator: ", ")
    part.amount = amounts[id]
    let position = append(part)
    nodeParts[id] = position
    let regions = node.attributes.compactMap { attribute -> (String, Region.ID)? in
      if case .graph(let region) = attribute.value { (attribute.name, region) } else { nil }
    }
    for (name, region) in regions {
      var body = ModelHierarchy.Part(.block, parent: position, callee: name, path: "\(node.name).\(name)")
      body.source = node.origin.source
      visit(region, in: append(body), below: chain)
    }
  }

  private mutating func terminal(_ kind: ModelHierarchy.Part.Kind, of value: Value.ID, in parent: Int) -> Int {
    let name = graph.values[value].name
    var part = ModelHierarchy.Part(kind, parent: parent, callee: name.isEmpty ? "\(kind)" : name, path: name)
    part.type = Self.text(graph.values[value].type)
    part.source = graph.values[value].origin.source
    return append(part)
  }

  private static func text(_ type: ValueType) -> String { type == .unknown ? "?" : type.description }

  // MARK: Links

  /// The part that a value comes from; `nil` for stored tensors and literals.
  private func producer(of value: Value.ID) -> Int? {
    switch graph.values[value].definition {
    case .input: terminals[value]
    case .result(let node, _): nodeParts[node]
    case .initializer, .undefined: nil
    }
  }

  private mutating func addLinks() {
    for node in graph.nodes.indices {
      guard let user = nodeParts[node] else { continue }
      for case let value? in graph.nodes[node].inputs {
        if let source = producer(of: value) { link(value, from: source, to: user) }
      }
    }
    var seen: Set<ModelHierarchy.Link> = []
    hierarchy.links = hierarchy.links.filter { seen.insert($0).inserted }
  }

  private mutating func link(_ value: Value.ID, from source: Int, to user: Int) {
    hierarchy.links.append(.init(from: source, to: user, value: value))
    if hierarchy.types[value] == nil { hierarchy.types[value] = Self.text(graph.values[value].type) }
  }

  // MARK: Amounts

  /// Counts each parameter where the first node of its instance uses it, or else in the instance.
  private mutating func addParameters() {
    var users: [Value.ID: [Int]] = [:]
    for node in graph.nodes.indices {
      guard let part = nodeParts[node] else { continue }
      for case let value? in graph.nodes[node].inputs { users[value, default: []].append(part) }
    }
    for parameter in parameters {
      let owner = graph.values[parameter.value].origin.instance.flatMap { instanceParts[$0] } ?? 0
      let user = users[parameter.value]?.first { hierarchy.chain(of: $0).contains(owner) }
      hierarchy.parts[user ?? owner].amount.add(.init(parameters: parameter.tensor.elementCount))
    }
  }

  private mutating func addUp(_ part: Int) {
    for child in hierarchy.parts[part].children {
      addUp(child)
      hierarchy.parts[part].amount.add(hierarchy.parts[child].amount)
    }
  }

  // MARK: Shape

  /// A library block that is one node is shown as that.
  private mutating func mergeSingleNodes() {
    var merged: [Int: Int] = [:]
    for (id, part) in hierarchy.parts.enumerated().reversed() where part.isLayer && part.children.count == 1 {
      let child = hierarchy.parts[part.children[0]]
      guard child.kind == .node, child.children.isEmpty else { continue }
      hierarchy.parts[id].kind = .node
      hierarchy.parts[id].amount.add(child.amount)
      if part.type.isEmpty { hierarchy.parts[id].type = child.type }
      hierarchy.parts[id].attributes = child.attributes
      merged[part.children[0]] = id
      hierarchy.parts[id].children = []
    }
    func target(_ part: Int) -> Int {
      var part = part
      while let next = merged[part] { part = next }
      return part
    }
    for index in hierarchy.links.indices {
      hierarchy.links[index].from = target(hierarchy.links[index].from)
      hierarchy.links[index].to = target(hierarchy.links[index].to)
    }
    hierarchy.links.removeAll { $0.from == $0.to }
    drop(Set(merged.keys))
  }

  /// Takes parts out that nothing refers to any more.
  private mutating func drop(_ dropped: Set<Int>) {
    var numbers: [Int] = []
    var kept: [ModelHierarchy.Part] = []
    for (id, part) in hierarchy.parts.enumerated() {
      numbers.append(kept.count)
      if !dropped.contains(id) { kept.append(part) }
    }
    for index in kept.indices {
      kept[index].parent = kept[index].parent.map { numbers[$0] }
      kept[index].children = kept[index].children.map { numbers[$0] }
    }
    hierarchy.parts = kept
    hierarchy.links = hierarchy.links.map { .init(from: numbers[$0.from], to: numbers[$0.to], value: $0.value) }
  }

  /// Layers are nodes, and blocks of the library that hold no other layers with parameters.
  private mutating func markLayers() {
    for id in hierarchy.parts.indices.reversed() {
      let part = hierarchy.parts[id]
      switch part.kind {
      case .node: hierarchy.parts[id].isLayer = part.children.isEmpty
      case .block:
        hierarchy.parts[id].isLayer =
          part.isLayer
          && !part.children.contains { hierarchy.parts[$0].kind == .block || !hierarchy.parts[$0].name.isEmpty }
      default: break
      }
    }
  }

  /// Puts what a `repeat` made under one part.
  private mutating func foldRepetitions(of part: Int) {
    let children = hierarchy.parts[part].children
    let runs = repetitions.runs(children.map { hierarchy.parts[$0] })
    guard !runs.isEmpty else { return }
    hierarchy.parts[part].children = []
    var next = 0
    for run in runs {
      hierarchy.parts[part].children += children[next..<run.start]
      next = run.start + run.period * run.rounds
      let repetition = append(.init(.repetition, parent: part, callee: "", path: ""))
      let first = hierarchy.parts[children[run.start]]
      hierarchy.parts[repetition].source = first.source
      for round in 0..<run.rounds {
        let members = children[(run.start + round * run.period)..<(run.start + (round + 1) * run.period)]
        var owner = repetition
        if run.period > 1 {
          owner = append(.init(.round, parent: repetition, callee: "round \(round)", path: ""))
          hierarchy.parts[owner].source = first.source
        }
        hierarchy.parts[owner].children += members
        for member in members { hierarchy.parts[member].parent = owner }
        if run.period > 1 { foldRepetitions(of: owner) }
      }
      name(repetition, in: part)
    }
    hierarchy.parts[part].children += children[next...]
  }

  /// Puts what runs one after another into sections where a part holds more than can be laid out, or looked at.
  private mutating func foldSections(of part: Int) {
    let (most, length) = (300, 100)
    let isSection = { [hierarchy] (id: Int) in ![.input, .output].contains(hierarchy.parts[id].kind) }
    let members = hierarchy.parts[part].children.filter(isSection)
    guard members.count > most, hierarchy.parts[part].kind != .repetition else { return }
    hierarchy.parts[part].children.removeAll(where: isSection)
    for start in stride(from: 0, to: members.count, by: length) {
      let range = start..<min(start + length, members.count)
      let title = "nodes \(range.lowerBound + 1)–\(range.upperBound)"
      let section = append(.init(.block, parent: part, callee: title, path: ""))
      hierarchy.parts[section].children = Array(members[range])
      for member in members[range] { hierarchy.parts[member].parent = section }
      hierarchy.parts[section].type = hierarchy.parts[members[range.upperBound - 1]].type
      hierarchy.parts[section].source = hierarchy.parts[members[range.lowerBound]].source
    }
    foldSections(of: part)
  }

  private mutating func name(_ repetition: Int, in parent: Int) {
    let rounds = hierarchy.parts[repetition].children.map { hierarchy.parts[$0] }
    guard let first = rounds.first, let last = rounds.last else { return }
    var part = hierarchy.parts[repetition]
    let isSingle = first.kind != .round
    part.callee = isSingle ? first.callee : "repeat"
    part.name = isSingle ? Self.name(from: first.name, to: last.name) : ""
    part.type = last.type
    let outer = hierarchy.parts[parent].path
    let own = part.name.isEmpty ? part.callee : part.name
    part.path = outer.isEmpty ? own : "\(outer).\(own)"
    hierarchy.parts[repetition] = part
    for (index, id) in part.children.enumerated() where hierarchy.parts[id].kind == .round {
      hierarchy.parts[id].path = "\(part.path).\(index)"
      hierarchy.parts[id].type = hierarchy.parts[id].children.last.map { hierarchy.parts[$0].type } ?? ""
    }
    hierarchy.parts[repetition].type = part.children.last.map { hierarchy.parts[$0].type } ?? ""
  }

  /// `h.0…11` of `h.0` and `h.11`.
  private static func name(from first: String, to last: String) -> String {
    if first == last { return first }
    var prefix = String(zip(first, last).prefix { $0 == $1 }.map(\.0))
    while prefix.last?.isNumber == true { prefix.removeLast() }
    let (head, tail) = (first.dropFirst(prefix.count), last.dropFirst(prefix.count))
    let suffix = String(zip(head.reversed(), tail.reversed()).prefix { $0 == $1 && !$0.isNumber }.map(\.0).reversed())
    return prefix + head.dropLast(suffix.count) + "…" + tail.dropLast(suffix.count) + suffix
  }
}
