import Graphs

extension RewriteRule {
  /// Operators that give the elements of their input in its order, if the shape is the input's.
  private static let orderKeeping: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Tile"]

  /// A node that gives its input as it is goes: a Reshape to the same shape, a Slice of everything, a Pad by nothing, a
  /// Concat of one.
  static let unchangedShape = RewriteRule(orderKeeping.union(["Slice", "Pad", "Concat"])) { rewriter, node in
    guard rewriter.isStandard(node), !rewriter.hasReferences(node), let input = rewriter.input(node, 0),
      let result = rewriter.output(node)
    else { return false }
    let name = rewriter.graph.nodes[node].operatorType
    switch name {
    case "Concat": guard rewriter.graph.nodes[node].arguments.count == 1 else { return false }
    case "Slice":
      guard rewriter.haveSameShape(input, result), rewriter.slicesForwards(node) else { return false }
    case "Pad":
      guard let pads = rewriter.pads(node), pads.allSatisfy({ $0 == 0 }) else { return false }
    case "Tile" where rewriter.opset < 6: return false
    default: guard rewriter.haveSameShape(input, result) else { return false }
    }
    guard rewriter.bypass(node, with: input) else { return false }
    rewriter.tell("removed", name, "that changes nothing")
    return true
  }
}

extension Rewriter {
  /// Whether every step of a Slice is known to be positive.
  fileprivate func slicesForwards(_ node: Node.ID) -> Bool {
    guard input(node, 4) != nil else { return true }
    return integers(input(node, 4))?.allSatisfy { $0 > 0 } ?? false
  }

  /// What a Pad adds before and after each axis that it names.
  func pads(_ node: Node.ID) -> [Int]? {
    opset < 11 ? ints(node, "pads") ?? ints(node, "paddings") : integers(input(node, 1))
  }
}
