import Graphs
import Operators
import Tensors

extension RewriteRule {
  /// The computed shape of a Reshape becomes a constant: sizes that are known, 0 for the input's size at the same axis, and
  /// −1 for one that follows from the others.
  ///
  /// It holds for sizes of 0 too: 0 copies one as it is, and −1 stands only where no other size can be 0.
  static let knownTarget = RewriteRule(["Reshape"]) { rewriter, node in
    guard rewriter.isOperator(node, "Reshape"), rewriter.opset >= 5, !rewriter.hasReferences(node),
      (rewriter.int(node, "allowzero") ?? 0) == 0, let input = rewriter.input(node, 0),
      let shape = rewriter.input(node, 1), !rewriter.isStored(shape),
      let elements = rewriter.fact(shape).elements, let result = rewriter.output(node)
    else { return false }
    let sizes = rewriter.shape(input)?.dimensions ?? []
    let results = rewriter.shape(result)?.dimensions ?? []
    var target: [Int] = []
    var open = 0
    var mayBeEmpty = false
    for (axis, element) in elements.enumerated() {
      if let constant = element.constant {
        guard constant >= -1 else { return false }
        target.append(constant)
        if constant == -1 { open += 1 }
        if constant == 0, !sizes.indices.contains(axis) || !sizes[axis].isProvablyAtLeast(1) { mayBeEmpty = true }
      } else if results.indices.contains(axis), let size = results[axis].constant, size > 0 {
        target.append(size)
      } else if sizes.indices.contains(axis),
        element.isProvablyEqual(to: sizes[axis])
          || results.indices.contains(axis) && results[axis].isProvablyEqual(to: sizes[axis])
      {
        target.append(0)
        if !sizes[axis].isProvablyAtLeast(1) { mayBeEmpty = true }
      } else {
        target.append(-1)
        open += 1
        if elements.contains(-1) { return false }
      }
    }
    guard open <= 1, open == 0 || !mayBeEmpty || elements.contains(-1) else { return false }
    let tensor = rewriter.makeTensor(.i64(target), like: result, for: node)
    rewriter.rewire(node, [input, tensor])
    rewriter.tell("made", "Reshape", "take constant shapes")
    return true
  }
}
