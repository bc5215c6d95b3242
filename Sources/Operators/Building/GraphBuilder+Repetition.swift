package import Graphs
import Tensors

/// A call as it was written once, for other values of which the same is known.
package final class WrittenCall: Sendable {
  fileprivate let callee: NodeCallee
  fileprivate let attributes: [Attribute]
  /// What is known of its one result.
  fileprivate let result: Fact
  fileprivate let type: ValueType

  fileprivate init(_ node: Node, result: Fact, type: ValueType) {
    callee = node.callee
    attributes = node.attributes
    self.result = result
    self.type = type
  }
}

extension GraphBuilder {
  /// How much has been written.
  package struct Extent: Equatable {
    fileprivate var nodes: Int
    fileprivate var values: Int
  }

  package var extent: Extent { Extent(nodes: graph.nodes.count, values: graph.values.count) }

  /// What is known of a value, to be compared with what is known of others; `nil` where nothing was noted.
  package func fact(of value: Value.ID) -> Fact? {
    value.index < factOfValue.count ? factOfValue[value.index] : nil
  }

  /// The call that was written since; `nil` where that is not one node with the arguments as they are and one result.
  package func writtenCall(since before: Extent, of arguments: ValueList) -> WrittenCall? {
    guard graph.nodes.count == before.nodes + 1, graph.values.count == before.values + 1,
      let last = graph.nodes.last, graph.nodes[last].results.count == 1,
      graph.nodes[last].arguments.elementsEqual(arguments),
      let result = graph.nodes[last].results[0], let fact = fact(of: result), !graph.nodes[last].holdsRegions
    else { return nil }
    return WrittenCall(graph.nodes[last], result: fact, type: facts.type(fact))
  }

  /// Writes a call again, for arguments of which the same is known as of those it was written for; gives its result.
  package mutating func write(again call: WrittenCall, _ arguments: ValueList, origin: Origin) -> Value.ID {
    let node = graph.nodes.append(
      Node(
        call.callee, arguments: arguments, results: ValueList(Value.ID(index: graph.values.count)),
        attributes: call.attributes, origin: origin))
    graph.regions[region].nodes.append(node)
    return append(Value(type: call.type, definition: .result(node, index: 0), origin: origin), fact: call.result)
  }
}

extension Node {
  var holdsRegions: Bool { attributes.contains { $0.value.holdsRegions } }
}
