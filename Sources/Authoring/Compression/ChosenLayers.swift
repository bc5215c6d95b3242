package import Compression
package import Graphs
package import Semantics
import Syntax

/// The layers that a selection in a text means.
package struct ChosenLayers: Sendable {
  /// Every node that is chosen.
  package let nodes: Set<Node.ID>

  /// Those that are made by what stands in `range` of the user's text, in whatever block.
  ///
  /// A range that is empty, a cursor, means the smallest call around it that makes a node with weights; `nil` where there
  /// is none.
  package init?(in range: Range<Int>, of elaboration: Elaboration, plan: QuantizationPlan) {
    self.init(in: range, of: elaboration, layers: plan.layers.map(\.node))
  }

  /// The same of the nodes that take stored tensors.
  package init?(in range: Range<Int>, of elaboration: Elaboration) {
    let graph = elaboration.model.graph
    let stored = Set(graph.regions[graph.body].initializers.lazy.filter { $0.role == .parameter }.map(\.value))
    self.init(
      in: range, of: elaboration,
      layers: graph.regions[graph.body].nodes.filter { node in
        graph.nodes[node].inputs.contains { $0.map(stored.contains) ?? false }
      })
  }

  private init?(in range: Range<Int>, of elaboration: Elaboration, layers: [Node.ID]) {
    let graph = elaboration.model.graph
    let file = elaboration.declaration.namePlace.file
    guard range.isEmpty else {
      let chosen = layers.filter { node in
        graph.places(of: node).contains { $0.file == file && range.contains($0) }
      }
      guard !chosen.isEmpty else { return nil }
      nodes = Set(chosen)
      return
    }
    let around = layers.flatMap { graph.places(of: $0) }.filter { $0.file == file && $0.touches(range.lowerBound) }
    guard let call = around.min(by: { $0.end - $0.start < $1.end - $1.start }) else { return nil }
    nodes = Set(layers.filter { graph.places(of: $0).contains(call) })
  }
}

extension Graph {
  /// Where a node is made: its call, and those of the blocks around it.
  fileprivate func places(of node: Node.ID) -> [SourceRange] {
    var places = [nodes[node].origin.source].compactMap(\.self)
    var instance = nodes[node].origin.instance
    while let id = instance {
      if let call = instances[id].call { places.append(call) }
      instance = instances[id].parent
    }
    return places
  }
}

extension SourceRange {
  fileprivate func touches(_ offset: Int) -> Bool { Int(start) <= offset && offset <= Int(end) }
}

extension Range<Int> {
  fileprivate func contains(_ place: SourceRange) -> Bool {
    lowerBound <= Int(place.start) && Int(place.end) <= upperBound
  }
}
