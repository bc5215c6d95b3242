import Graphs
import Operators
import Tensors

/// Which sizes the integers of a graph are made of that it reads off its own values.
///
/// An axis whose size is read may lose indices only where every reader can be told what it is to have instead: a Reshape
/// whose shape is known beforehand but for open sizes can. Otherwise the axis is held.
struct ShapeReads {
  struct Axis: Hashable {
    var value: Value.ID
    var axis: Int
  }

  /// For each element of a value the axes whose sizes are in it.
  private var sources: [Value.ID: [Set<Axis>]] = [:]
  /// Axes that must keep their sizes, and the nodes that read them.
  private(set) var held: [(axis: Axis, by: Node.ID)] = []

  init(_ subject: PruningSubject) {
    for node in subject.order {
      let operands = subject.graph.nodes[node]
      guard let result = subject.value(.output(0), of: node) else { continue }
      if operands.operatorType == "Shape" {
        sources[result] = Self.elements(of: node, subject)
        continue
      }
      let reading = operands.inputs.indices.filter { index in
        operands.inputs[index].map { !axes(in: $0).isEmpty } ?? false
      }
      guard !reading.isEmpty else { continue }
      let isTarget = reading.allSatisfy { Self.isTarget($0, of: operands) }
      if isTarget, subject.canReplaceTarget(of: node) { continue }
      if !isTarget, let passed = passed(node, subject) {
        sources[result] = passed
        continue
      }
      for index in reading {
        guard let value = operands.inputs[index] else { continue }
        held += axes(in: value).map { ($0, node) }
      }
    }
  }

  /// The axes whose sizes a value is made of.
  func axes(in value: Value.ID) -> Set<Axis> { sources[value]?.reduce(into: []) { $0.formUnion($1) } ?? [] }

  private static func isTarget(_ index: Int, of node: Node) -> Bool {
    switch node.operatorType {
    case "Reshape", "Expand": index == 1
    case "Resize": index == 3
    case "ConstantOfShape": index == 0
    default: false
    }
  }

  private static func elements(of node: Node.ID, _ subject: PruningSubject) -> [Set<Axis>] {
    guard let value = subject.value(.input(0), of: node), let shape = subject.types[value.index].shape
    else { return [] }
    func bound(_ name: String, _ otherwise: Int) -> Int {
      let given = subject.graph.nodes[node][attribute: name]?.int.map { Int(clamping: $0) } ?? otherwise
      return min(max(given < 0 ? given &+ shape.rank : given, 0), shape.rank)
    }
    let (start, end) = (bound("start", 0), bound("end", shape.rank))
    return (start..<max(start, end)).map { axis in
      shape.dimensions[axis].constant == nil ? [] : [Axis(value: value, axis: axis)]
    }
  }

  /// What the elements of a node's result are made of, where it only computes with integers.
  private func passed(_ node: Node.ID, _ subject: PruningSubject) -> [Set<Axis>]? {
    let inputs = subject.graph.nodes[node].inputs
    guard let first = inputs.first ?? nil else { return nil }
    func constants(_ index: Int) -> [Int]? {
      let known = subject.integers(input: index, attribute: "", of: node)
      return known.flatMap { $0.contains(nil) ? nil : $0.compactMap(\.self) }
    }
    guard let result = subject.value(.output(0), of: node), let count = subject.facts[result.index].elements?.count
    else { return nil }
    switch subject.graph.nodes[node].operatorType {
    case "Gather":
      guard let own = sources[first], let indices = constants(1), indices.count == count else { return nil }
      let places = indices.map { $0 < 0 ? $0 + own.count : $0 }
      return places.allSatisfy(own.indices.contains) ? places.map { own[$0] } : nil
    case "Slice":
      guard let own = sources[first], let start = constants(1)?.first, (constants(4)?.first ?? 1) == 1
      else { return nil }
      let from = min(max(start < 0 ? start &+ own.count : start, 0), own.count)
      return from + count <= own.count ? Array(own[from..<from + count]) : nil
    case "Concat":
      var all: [Set<Axis>] = []
      for case let input? in inputs {
        all += sources[input] ?? Array(repeating: [], count: subject.facts[input.index].elements?.count ?? 0)
      }
      return all.count == count ? all : nil
    default:
      let lists = inputs.compactMap { $0.flatMap { sources[$0] } }
      return (0..<count).map { place in
        lists.reduce(into: []) { union, list in
          if list.count == count { union.formUnion(list[place]) } else { for set in list { union.formUnion(set) } }
        }
      }
    }
  }
}

extension PruningSubject {
  /// Whether the shape that a node takes can be told beforehand.
  fileprivate func canReplaceTarget(of node: Node.ID) -> Bool {
    let isReshape = graph.nodes[node].operatorType == "Reshape"
    let copies = isReshape && (graph.nodes[node][attribute: "allowzero"]?.int ?? 0) == 0
    let input = ["Resize": 3, "ConstantOfShape": 0][graph.nodes[node].operatorType] ?? 1
    return shape(input: input, copies: copies, of: node) { $1 } != nil
      || patches(input: input, of: node) { $1 } != nil
  }
}
