package import Graphs
import Rewriting
import Tensors

/// Which values around a node are quantized.
package struct StaticPlacement: Hashable, Sendable {
  /// The node's first input.
  package var input: Value.ID
  /// Its result, or that of the activation function which alone takes it; `nil` where it stays in floating point.
  package var output: Value.ID?
}

extension QuantizationPlan {
  /// Which values are quantized around each node that static quantization changes.
  package func staticPlacements() -> [Node.ID: StaticPlacement] {
    let rewriter = Rewriter(model.graph, facts: facts, opset: opset)
    var placements: [Node.ID: StaticPlacement] = [:]
    for layer in layers where layer.form == .quantized {
      guard let input = rewriter.input(layer.node, 0) else { continue }
      placements[layer.node] = StaticPlacement(input: input, output: rewriter.quantizedResult(of: layer.node))
    }
    return placements
  }

  /// The values whose ranges static quantization needs.
  package var observedValues: [Value.ID] {
    var values: Set<Value.ID> = []
    for placement in staticPlacements().values {
      values.insert(placement.input)
      if let output = placement.output { values.insert(output) }
    }
    return values.sorted()
  }

  /// The values that have the numbers of a quantized result and no others, by value; they need no range of their own.
  func borrowedRanges(_ placements: [Node.ID: StaticPlacement]) -> [Value.ID: Value.ID] {
    let rewriter = Rewriter(model.graph, facts: facts, opset: opset)
    let outputs = Set(placements.values.compactMap(\.output))
    var borrowed: [Value.ID: Value.ID] = [:]
    for placement in placements.values {
      var value = placement.input
      while !outputs.contains(value), let node = rewriter.producer(of: value), rewriter.isStandard(node),
        Self.movers.contains(model.graph.nodes[node].operatorType), let source = rewriter.input(node, 0)
      {
        value = source
      }
      if value != placement.input, outputs.contains(value) { borrowed[placement.input] = value }
    }
    return borrowed
  }

  /// Operators whose results have numbers of the first argument alone.
  private static let movers: Set<String> = [
    "MaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Identity", "DepthToSpace",
    "SpaceToDepth", "Expand", "Tile", "Dropout",
  ]
}

extension Rewriter {
  /// The value to be quantized behind a node.
  ///
  /// ONNX Runtime runs a convolution and a Gemm in integers where their result is quantized, and a MatMul as well where it is
  /// not, unless a bias is added to a matrix, which would make it a Gemm. A Relu or a Clip that alone takes the result goes with
  /// the node.
  fileprivate func quantizedResult(of node: Node.ID) -> Value.ID? {
    guard givesOnlyFirst(node), var value = output(node) else { return nil }
    if isOperator(node, "MatMul"), !isMatrixWithBias(node, value) { return nil }
    if outputUses[value.index] == 0, users[value.index].count == 1, let user = users[value.index].first,
      isOperator(user, "Relu") || isOperator(user, "Clip"), input(user, 0) == value, let result = output(user)
    {
      value = result
    }
    let takers = users[value.index]
    guard outputUses[value.index] == 0, !takers.isEmpty, takers.allSatisfy({ places[$0.index] == graph.body }) else {
      return nil
    }
    return value
  }

  /// Whether the result of a MatMul is a matrix that an Add alone takes.
  private func isMatrixWithBias(_ node: Node.ID, _ result: Value.ID) -> Bool {
    guard outputUses[result.index] == 0, users[result.index].count == 1, let user = users[result.index].first else {
      return false
    }
    return isOperator(user, "Add") && input(node, 0).flatMap { shape($0)?.rank } == 2
  }
}
