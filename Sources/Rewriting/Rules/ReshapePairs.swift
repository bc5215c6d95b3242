import Graphs
import Tensors

extension RewriteRule {
  private static let reshaping: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]

  /// Of two nodes that only give a tensor another shape the first goes; both, where the shape is the first one's again.
  static let reshapePair = RewriteRule(reshaping) { rewriter, node in
    guard rewriter.isStandard(node), let result = rewriter.output(node), let middle = rewriter.input(node, 0),
      let inner = rewriter.producer(of: middle), rewriter.isStandard(inner),
      reshaping.contains(rewriter.graph.nodes[inner].operatorType), let input = rewriter.input(inner, 0)
    else { return false }
    let name = rewriter.graph.nodes[node].operatorType
    if rewriter.haveSameShape(input, result) || rewriter.undoes(node, inner) {
      guard rewriter.bypass(node, with: input) else { return false }
      rewriter.tell("removed", name, "that undoes the \(rewriter.graph.nodes[inner].operatorType) before")
      return true
    }
    guard name == "Reshape", rewriter.opset >= 5, let target = rewriter.integers(rewriter.input(node, 1)),
      !rewriter.hasReferences(node)
    else { return false }
    // A size of 0 is that of the shape before, or, with `allowzero`, leaves nothing for −1 to be found from.
    for (axis, size) in target.enumerated() where size == 0 {
      guard let before = rewriter.shape(middle), let now = rewriter.shape(input),
        before.dimensions.indices.contains(axis),
        now.dimensions.indices.contains(axis), before.dimensions[axis].isProvablyEqual(to: now.dimensions[axis])
      else { return false }
    }
    rewriter.rewire(node, [input, rewriter.input(node, 1)])
    rewriter.tell("joined", "Reshape", "with a change of shape before")
    return true
  }

  /// Two Unsqueezes, or two Squeezes, are one.
  static let unsqueezePair = RewriteRule(["Unsqueeze", "Squeeze"]) { rewriter, node in
    let name = rewriter.graph.nodes[node].operatorType
    guard rewriter.isStandard(node), let middle = rewriter.input(node, 0), rewriter.isUsedOnce(middle),
      let inner = rewriter.producer(of: middle, named: name), let input = rewriter.input(inner, 0),
      rewriter.places[inner.index] == rewriter.places[node.index], let result = rewriter.output(node),
      let first = rewriter.axes(inner), let second = rewriter.axes(node),
      let rank = rewriter.rank(
        of: name == "Unsqueeze" ? result : input, growsBy: first.count + second.count, from: input),
      let axes = name == "Unsqueeze"
        ? composed(first, second, rank: rank) : composed(second, first, rank: rank)
    else { return false }
    if rewriter.opset < 13 {
      rewriter.set("axes", .ints(axes.map(Int64.init)), of: node)
      rewriter.rewire(node, [input])
    } else {
      let tensor = rewriter.makeTensor(.i64(axes), like: middle, for: node)
      rewriter.rewire(node, [input, tensor])
    }
    rewriter.tell("joined", name, "with the one before")
    return true
  }

  /// The axes of the larger of two shapes that the nearer list adds to a shape which the farther list has been added to.
  ///
  /// - Parameters:
  ///   - far: axes of the shape between.
  ///   - near: axes of the shape of so many axes.
  private static func composed(_ far: [Int], _ near: [Int], rank: Int) -> [Int]? {
    func absolute(_ axes: [Int], _ rank: Int) -> [Int]? {
      guard rank >= 0, axes.allSatisfy({ (-rank..<rank).contains($0) }) else { return nil }
      let result = axes.map { $0 < 0 ? $0 + rank : $0 }
      return Set(result).count == axes.count ? result : nil
    }
    guard let near = absolute(near, rank), let far = absolute(far, rank - near.count) else { return nil }
    let others = (0..<rank).filter { !near.contains($0) }
    return (near + far.map { others[$0] }).sorted()
  }
}

extension Rewriter {
  /// The rank of the larger of two shapes.
  fileprivate func rank(of value: Value.ID, growsBy count: Int, from input: Value.ID) -> Int? {
    if let rank = shape(value)?.rank { return rank }
    return value == input ? nil : shape(input).map { $0.rank + count }
  }

  /// Whether a Squeeze takes the axes that an Unsqueeze before it has added, whatever the shape.
  fileprivate func undoes(_ node: Node.ID, _ inner: Node.ID) -> Bool {
    guard isOperator(node, "Squeeze"), isOperator(inner, "Unsqueeze"), let added = axes(inner), let taken = axes(node),
      !taken.isEmpty
    else { return false }
    return added.allSatisfy { $0 >= 0 } && added.sorted() == taken.sorted()
  }
}
