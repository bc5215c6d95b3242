import Graphs
import Operators
import Tensors

/// Shapes that a Concat puts together of stored numbers and computed ones: the stored ones change.
extension PrunedGraph {
  /// What the parts of a shape should be, `nil` for those that stay; `nil` as a whole where it comes about otherwise.
  func variant(of shape: Value.ID, with patches: [Int?]) -> [[Int]?]? {
    guard case .result(let concat, _) = graph.values[shape].definition,
      graph.nodes[concat].operatorType == "Concat", graph.nodes[concat].domain.isEmpty
    else { return nil }
    var place = 0
    var parts: [[Int]?] = []
    for part in graph.nodes[concat].inputs {
      guard let part, let count = subject.types[part.index].shape?.constants?.first, place + count <= patches.count
      else { return nil }
      let wanted = patches[place..<place + count]
      place += count
      guard !wanted.allSatisfy({ $0 == nil }) else {
        parts.append(nil)
        continue
      }
      guard let known = subject.tensor(part)?.integerElements, known.count == count else { return nil }
      let elements = zip(wanted, known).map { $0 ?? $1 }
      parts.append(elements == known ? nil : elements)
    }
    return place == patches.count ? parts : nil
  }

  /// Gives those who take such a shape the one that they want: the first has the Concat that there is, where nobody wants
  /// it as it was, and who wants another has one of its own.
  mutating func applyVariants() {
    for (shape, readers) in variants.sorted(by: { $0.key.index < $1.key.index }) {
      guard case .result(let concat, _) = graph.values[shape].definition, let first = readers.first else { continue }
      let former = graph.nodes[concat]
      var made: [[[Int]?]: Value.ID] = [:]
      if readers.count == uses[shape.index] {
        graph.nodes[concat].inputs = inputs(of: former, first.parts)
        made[first.parts] = shape
      }
      for (reader, input, parts) in readers {
        let value = made[parts] ?? copy(former, inputs(of: former, parts), of: shape, before: reader)
        made[parts] = value
        graph.nodes[reader].inputs[input] = value
      }
    }
  }

  private mutating func inputs(of concat: Node, _ parts: [[Int]?]) -> [Value.ID?] {
    zip(concat.inputs, parts).map { part, elements in
      guard let part, let elements else { return part }
      return store(elements, subject.types[part.index].element ?? .i64, named: graph.values[part].name)
    }
  }

  /// A Concat like another one, named as a text names what its scope computes.
  private mutating func copy(
    _ former: Node, _ inputs: [Value.ID?], of shape: Value.ID, before reader: Node.ID
  ) -> Value.ID {
    let path = graph.nodes[reader].name.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let base = (path + ["Concat"]).joined(separator: "/")
    let taken = Set(graph.regions[graph.body].nodes.map { graph.nodes[$0].name })
    var (name, number) = (base, 1)
    while taken.contains(name) { (name, number) = ("\(base)_\(number)", number + 1) }
    var node = former
    (node.name, node.inputs, node.outputs) = (name, inputs, [])
    let id = graph.nodes.append(node)
    let result = graph.values.append(
      Value(
        name: unusedName(exactly: "\(name)_output_0"), type: subject.types[shape.index],
        definition: .result(id, index: 0)))
    graph.nodes[id].outputs = [result]
    let place = graph.regions[graph.body].nodes.firstIndex(of: reader) ?? 0
    graph.regions[graph.body].nodes.insert(id, at: place)
    return result
  }
}
