package import Graphs
import Operators
package import Semantics
import Tensors

/// What each node of an elaborated model amounts to: its part of the totals in a `ModelSummary`.
package struct NodeAmounts: Sendable {
  /// What a part of a model amounts to.
  package struct Amount: Hashable, Sendable {
    /// Elements of trained tensors.
    package var parameters = 0
    /// Multiply-accumulate operations.
    package var macs = 0
    /// Bytes of the results.
    package var activationBytes = 0
    /// Whether the work of every node is known.
    package var isCounted = true

    package init(parameters: Int = 0, macs: Int = 0, activationBytes: Int = 0, isCounted: Bool = true) {
      (self.parameters, self.macs) = (parameters, macs)
      (self.activationBytes, self.isCounted) = (activationBytes, isCounted)
    }

    /// Adds another part; sums beyond 64 bits stay at the greatest integer.
    package mutating func add(_ other: Amount) {
      parameters.add(other.parameters)
      macs.add(other.macs)
      activationBytes.add(other.activationBytes)
      isCounted = isCounted && other.isCounted
    }
  }

  /// The sizes that open dimensions count as.
  package let sizes: [String: Int]
  private let elaboration: Elaboration

  /// - Parameter bindings: values for open sizes; others count as the least that they may be.
  package init(_ elaboration: Elaboration, bindings: [String: Int] = [:]) {
    self.elaboration = elaboration
    sizes = elaboration.model.graph.openSizes(bindings)
  }

  /// The work of a node and the bytes of its results; parameters are those of initialisers, not of nodes.
  package subscript(_ node: Node.ID) -> Amount {
    let graph = elaboration.model.graph
    var amount = Amount()
    for case let output? in graph.nodes[node].outputs {
      amount.activationBytes.add(graph.byteCount(of: output, sizes: sizes))
    }
    let cost = elaboration.costs[node] ?? Catalogue.cost(of: node, in: graph, opsets: elaboration.opsets)
    guard let macs = cost?.macs.evaluated(sizes) else {
      amount.isCounted = false
      return amount
    }
    amount.macs = macs
    return amount
  }
}
