import Graphs
import Operators
import Tensors

/// A graph while it loses indices.
struct PrunedGraph {
  var graph: Graph
  let subject: PruningSubject
  let kept: KeptIndices
  let reads: ShapeReads
  private var names: Set<String>
  /// How often each value is used, by its index.
  let uses: [Int]
  /// The integers that have been stored, which all who take the same ones share.
  private var stored: [StoredIntegers: Value.ID] = [:]

  /// Who takes a shape that a Concat puts together, and what its parts should be for them; `nil` for those that stay.
  var variants: [Value.ID: [(reader: Node.ID, input: Int, parts: [[Int]?])]] = [:]

  private struct StoredIntegers: Hashable {
    var element: ElementType
    var values: [Int]
  }

  init(_ graph: Graph, subject: PruningSubject, kept: KeptIndices, reads: ShapeReads) {
    (self.graph, self.subject, self.kept, self.reads) = (graph, subject, kept, reads)
    names = Set(graph.values.indices.map { graph.values[$0].name })
    uses = graph.useCounts
  }

  /// Gives every value its new type, and every stored tensor its new elements.
  ///
  /// - Parameter tensors: what takes the place of stored tensors before they are sliced.
  mutating func sliceTensors(_ tensors: [Value.ID: Tensor]) {
    for id in subject.graph.values.indices {
      let lists = (0..<(subject.types[id.index].shape?.rank ?? 0)).map { kept.list(id, $0) }
      guard lists.contains(where: { $0 != nil }) else { continue }
      graph.values[id].type = kept.type(of: id, graph.values[id].type)
      guard let source = subject.source(of: id), let stored = tensors[id] ?? subject.tensor(id),
        let tensor = SlicedElements.tensor(stored, keeping: lists)
      else {
        continue
      }
      graph.replace(source, with: tensor)
    }
    for (value, type) in graph.regions[graph.body].recordedTypes {
      graph.regions[graph.body].recordedTypes[value] = kept.type(of: value, type)
    }
  }

  /// Makes a node's setting what its axes are now.
  mutating func follow(_ setting: PruningSetting, _ node: Node.ID) {
    switch setting {
    case .attribute(let name, let axis, let divisor):
      guard let value = subject.value(axis.operand, of: node), let list = kept.list(value, axis.axis) else { return }
      set(name, .int(Int64(list.count / max(divisor, 1))), of: node)
    case .partSizes(let input, let attribute, let axis):
      let results = graph.nodes[node].outputs
      let sizes = results.map { value in
        value.flatMap { kept.type(of: $0, subject.types[$0.index]).shape?.dimensions.dropFirst(axis).first?.constant }
      }
      guard results.contains(where: { $0.map { kept.list($0, axis) != nil } ?? false }), !sizes.contains(nil) else {
        return
      }
      // Equal parts but for the last are what a number of parts gives.
      let parts = sizes.compactMap(\.self)
      if graph.nodes[node][attribute: "num_outputs"] != nil, let first = parts.first, let last = parts.last,
        parts.dropLast().allSatisfy({ $0 == first }), last > 0, last <= first,
        first == (parts.reduce(0, +) + parts.count - 1) / parts.count
      {
        return
      }
      set("num_outputs", nil, of: node)
      set(sizes.map { $0 ?? 0 }, input: input, attribute: attribute, of: node)
    case .shape(let input, let copies):
      guard let result = subject.value(.output(0), of: node), let former = subject.value(.input(input), of: node),
        kept.type(of: result, subject.types[result.index]) != subject.types[result.index]
          || reads.axes(in: former).contains(where: { kept.list($0.value, $0.axis) != nil })
      else { return }
      if let target = subject.shape(input: input, copies: copies, of: node, { kept.type(of: $0, $1) }) {
        set(target, input: input, attribute: "shape", of: node)
      } else if let patches = subject.patches(input: input, of: node, { kept.type(of: $0, $1) }) {
        patch(former, with: patches, input: input, of: node)
      }
    case .position(let input, let attribute, let element, let axis):
      guard let value = subject.value(axis.operand, of: node), kept.list(value, axis.axis) != nil,
        let size = subject.types[value.index].shape?.dimensions[axis.axis].constant,
        var positions = current(input: input, attribute: attribute, of: node), positions.indices.contains(element)
      else { return }
      let given = positions[element]
      guard given.magnitude < 1 << 40, given <= size else { return }
      let position = min(max(given < 0 ? given + size : given, 0), size)
      positions[element] = kept.count(value, axis.axis, before: position) ?? given
      set(positions, input: input, attribute: attribute, of: node)
    }
  }

  /// The integers of an argument or attribute as they are by now.
  private func current(input: Int, attribute: String, of node: Node.ID) -> [Int]? {
    let arguments = graph.nodes[node].arguments
    if arguments.indices.contains(input), let value = arguments[input] {
      let own = graph.regions[graph.body].initializers.last { $0.value == value }?.tensor.integerElements
      if let own { return own }
    }
    let known = subject.integers(input: input, attribute: attribute, of: node)
    guard let known, !known.contains(nil) else { return nil }
    return known.compactMap(\.self)
  }

  private mutating func set(_ name: String, _ value: Attribute.Value?, of node: Node.ID) {
    let place = graph.nodes[node].attributes.firstIndex { $0.name == name }
    switch (place, value) {
    case (let place?, let value?): graph.nodes[node].attributes[place].value = value
    case (let place?, nil): graph.nodes[node].attributes.remove(at: place)
    case (nil, let value?): graph.nodes[node].attributes.append(Attribute(name, value))
    case (nil, nil): break
    }
  }

  /// Gives a node a list of integers, in the place where its version of the operator takes it.
  private mutating func set(_ values: [Int], input: Int, attribute: String, of node: Node.ID) {
    var arguments = graph.nodes[node].inputs
    let isAttribute =
      graph.nodes[node][attribute: attribute] != nil
      || !arguments.indices.contains(input) && attribute == "split" && (subject.opsets[""] ?? 13) < 13
    if isAttribute { return set(attribute, .ints(values.map(Int64.init)), of: node) }
    while arguments.count <= input { arguments.append(nil) }
    let element = arguments[input].flatMap { subject.types[$0.index].element } ?? .i64
    // What nobody else takes stays where it is.
    if let former = arguments[input], let source = subject.source(of: former), uses[former.index] == 1 {
      guard let tensor = Tensor.integers(element, values) else { return }
      graph.values[former].type = tensor.type
      return graph.replace(source, with: tensor)
    }
    guard
      let value = store(
        values, element,
        named: arguments[input].map { graph.values[$0].name } ?? "\(graph.nodes[node].name).\(attribute)")
    else { return }
    arguments[input] = value
    graph.nodes[node].inputs = arguments
  }

  /// Gives a node a shape of which some elements are numbers and the others those of the former one.
  private mutating func patch(_ former: Value.ID, with patches: [Int?], input: Int, of node: Node.ID) {
    let element = subject.types[former.index].element ?? .i64
    if let variant = variant(of: former, with: patches) {
      return variants[former, default: []].append((node, input, variant))
    }
    var parts: [Value.ID] = []
    var place = 0
    while place < patches.count {
      let isOpen = patches[place] == nil
      let end = patches[place...].firstIndex { ($0 == nil) != isOpen } ?? patches.count
      if isOpen {
        let bounds = [place, end, 0].compactMap { store([$0], .i64, named: graph.values[former].name) }
        parts.append(insert("Slice", [former] + bounds, element, count: end - place, before: node))
      } else if let value = store(patches[place..<end].compactMap(\.self), element, named: graph.values[former].name) {
        parts.append(value)
      }
      place = end
    }
    let axis = [Attribute("axis", .int(0))]
    graph.nodes[node].inputs[input] = insert("Concat", parts, element, count: patches.count, axis, before: node)
  }

  /// A stored vector of integers, the same one for the same integers.
  mutating func store(_ values: [Int], _ element: ElementType, named base: String) -> Value.ID? {
    let key = StoredIntegers(element: element, values: values)
    if let known = stored[key] { return known }
    guard let tensor = Tensor.integers(element, values) else { return nil }
    let value = graph.values.append(
      Value(name: unusedName(base), type: tensor.type, definition: .initializer(graph.body)))
    graph.regions[graph.body].initializers.append(Initializer(value: value, tensor: tensor, role: .constant))
    stored[key] = value
    return value
  }

  /// Puts a node that gives a vector before another one, and gives its result.
  private mutating func insert(
    _ operatorType: String, _ inputs: [Value.ID], _ element: ElementType, count: Int, _ attributes: [Attribute] = [],
    before other: Node.ID
  ) -> Value.ID {
    let name = unusedName(graph.nodes[other].name.isEmpty ? operatorType : graph.nodes[other].name)
    let node = graph.nodes.append(
      Node(operatorType, name: name, inputs: inputs, outputs: [], attributes: attributes))
    let result = graph.values.append(
      Value(
        name: name, type: .tensor(TensorType(element, [Dimension(count)])), definition: .result(node, index: 0)))
    graph.nodes[node].outputs = [result]
    let place = graph.regions[graph.body].nodes.firstIndex(of: other) ?? 0
    graph.regions[graph.body].nodes.insert(node, at: place)
    return result
  }

  /// A name itself, where no value has it.
  mutating func unusedName(exactly name: String) -> String {
    names.insert(name).inserted ? name : unusedName(name)
  }

  private mutating func unusedName(_ base: String) -> String {
    var name = "\(base).pruned"
    var number = 2
    while !names.insert(name).inserted {
      name = "\(base).pruned\(number)"
      number += 1
    }
    return name
  }

  /// The graph without what only the old settings needed.
  mutating func finished() -> Graph {
    applyVariants()
    var graph = graph
    var uses = graph.useCounts
    let former = self.uses
    var released = Array(
      graph.values.indices.filter {
        uses[$0.index] == 0 && (!former.indices.contains($0.index) || former[$0.index] > 0)
      })
    var dead: Set<Node.ID> = []
    var unused = Set(released)
    while let value = released.popLast() {
      guard case .result(let node, _) = graph.values[value].definition, !dead.contains(node),
        graph.nodes[node].results.allSatisfy({ $0.map { uses[$0.index] == 0 } ?? true })
      else { continue }
      dead.insert(node)
      graph.forEachUse(of: node) { used in
        uses[used.index] -= 1
        if uses[used.index] == 0 {
          released.append(used)
          unused.insert(used)
        }
      }
    }
    let inputs = Set(graph.regions[graph.body].inputs)
    graph.regions[graph.body].nodes.removeAll(where: dead.contains)
    graph.regions[graph.body].initializers.removeAll { unused.contains($0.value) && !inputs.contains($0.value) }
    let gone = Set(dead.flatMap { graph.nodes[$0].results.compactMap(\.self) })
    graph.regions[graph.body].valueInfo.removeAll { gone.contains($0) }
    graph.regions[graph.body].quantization.removeAll {
      $0.value.map { gone.contains($0) || unused.contains($0) } ?? false
    }
    return graph
  }
}

extension Graph {
  /// How often each value is used in the body and below, by its index.
  fileprivate var useCounts: [Int] {
    var uses = [Int](repeating: 0, count: values.count)
    for output in regions[body].outputs { uses[output.index] += 1 }
    for node in regions[body].nodes { forEachUse(of: node) { uses[$0.index] += 1 } }
    return uses
  }
}
