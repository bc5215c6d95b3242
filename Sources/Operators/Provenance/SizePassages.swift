import Graphs
import Tensors

/// Which sizes of their arguments calls hand on, of those that were looked at lately.
///
/// Networks repeat their layers: most calls are like one of a few, of whose arguments the types say all that sizes depend
/// on. What one of them hands on, the others do.
struct SizePassages: Sendable {
  /// An axis of an argument.
  struct Source: Sendable {
    var argument: Int
    var axis: Int
  }

  private struct Entry: Sendable {
    var callee: NodeCallee
    var attributes: [Attribute]
    var arguments: [ValueType]
    var result: ValueType
    var index: Int
    var axis: Int
    /// `nil` where nothing is handed on.
    var source: Source?
  }

  /// A few calls in each place, the one that was remembered last behind the others.
  private var entries: [[Entry]] = Array(repeating: [], count: 64)

  private static let entryLimit = 4

  /// What a node hands on as the size of an axis of a result; `nil` where no call like it is remembered.
  func source(ofAxis axis: Int, of value: Value.ID, _ node: Node.ID, _ index: Int, in graph: Graph) -> Source?? {
    let place = place(of: graph.nodes[node].callee, axis)
    for number in entries[place].indices.reversed()
    where entries[place][number].axis == axis && entries[place][number].index == index
      && isLike(entries[place][number], value, node, in: graph)
    {
      return .some(entries[place][number].source)
    }
    return nil
  }

  /// Whether a node calls what a remembered one calls, with the same attributes, and its arguments have the same types.
  private func isLike(_ entry: Entry, _ value: Value.ID, _ node: Node.ID, in graph: Graph) -> Bool {
    guard entry.callee.isSame(as: graph.nodes[node].callee),
      graph.nodes[node].arguments.count == entry.arguments.count,
      graph.nodes[node].attributes.count == entry.attributes.count, graph.values[value].type == entry.result
    else { return false }
    for position in 0..<entry.arguments.count {
      guard let argument = argument(position, of: node, in: graph),
        graph.values[argument].type == entry.arguments[position]
      else { return false }
    }
    return zip(graph.nodes[node].attributes, entry.attributes).allSatisfy { $0.isSame(as: $1) }
  }

  /// Remembers what a node hands on, where other nodes can be like it.
  mutating func remember(
    _ source: Source?, ofAxis axis: Int, of value: Value.ID, _ node: Node.ID, _ index: Int, in graph: Graph
  ) {
    var types: [ValueType] = []
    for position in 0..<graph.nodes[node].arguments.count {
      guard let argument = argument(position, of: node, in: graph), !graph.values[argument].type.maySteerSizes
      else { return }
      types.append(graph.values[argument].type)
    }
    let (callee, attributes) = (graph.nodes[node].callee, graph.nodes[node].attributes)
    guard attributes.allSatisfy({ $0.isSame(as: $0) }) else { return }
    let place = place(of: callee, axis)
    if entries[place].count == Self.entryLimit { entries[place].removeFirst() }
    entries[place].append(
      Entry(
        callee: callee, attributes: attributes, arguments: types, result: graph.values[value].type, index: index,
        axis: axis, source: source))
  }

  private func place(of callee: NodeCallee, _ axis: Int) -> Int {
    let name = callee.operatorType.utf8
    return (name.count &* 7 &+ Int(name.first ?? 0) &+ Int(name.last ?? 0) &* 3 &+ axis &* 31) & (entries.count - 1)
  }

  /// An argument that is made when the graph runs and stands in no other place; `nil` for others, whose sizes may count
  /// otherwise than their types say.
  private func argument(_ position: Int, of node: Node.ID, in graph: Graph) -> Value.ID? {
    let arguments = graph.nodes[node].arguments
    guard let argument = arguments[position], !graph.isStored(argument) else { return nil }
    for other in 0..<position where arguments[other] == argument { return nil }
    return argument
  }
}

extension NodeCallee {
  fileprivate func isSame(as other: NodeCallee) -> Bool {
    self === other || operatorType == other.operatorType && domain == other.domain && overload == other.overload
  }
}

extension Graph {
  /// Whether a value is stored in the model: an initializer, or the result of a node without arguments.
  func isStored(_ value: Value.ID) -> Bool {
    switch values[value].definition {
    case .initializer: true
    case .result(let node, _): nodes[node].arguments.isEmpty
    case .input, .undefined: false
    }
  }
}
