import Graphs
import Operators
import Tensors

extension RewriteRule {
  /// A product with 1, a quotient by 1, a power of 1 goes, and a sum of integers with 0, where the shape stays the same.
  ///
  /// Of fractions a difference with 0 goes: −0 + 0 is another number than −0, but −0 − 0 is the same.
  static let neutralOperand = RewriteRule(["Add", "Sub", "Mul", "Div", "Pow"]) { rewriter, node in
    guard rewriter.isStandard(node), rewriter.opset >= 7, let left = rewriter.input(node, 0),
      let right = rewriter.input(node, 1), let result = rewriter.output(node)
    else { return false }
    let name = rewriter.graph.nodes[node].operatorType
    let isCommutative = name == "Add" || name == "Mul"
    for (kept, other) in [(left, right), (right, left)] where kept == left || isCommutative {
      guard let tensor = rewriter.tensor(other), let element = rewriter.element(kept),
        rewriter.haveSameShape(kept, result)
      else { continue }
      guard tensor.consists(of: name == "Add" || name == "Sub" ? 0 : 1, isNegative: name == "Add") else { continue }
      guard name == "Pow" || element == tensor.element else { continue }
      guard rewriter.bypass(node, with: kept) else { continue }
      rewriter.tell("removed", name, name == "Add" || name == "Sub" ? "of 0" : "by 1")
      return true
    }
    return false
  }
}

extension Tensor {
  /// Whether there are a few elements and all are `value`; a 0 that is a fraction with the sign that is given.
  fileprivate func consists(of value: Int, isNegative: Bool) -> Bool {
    if let integers = integers(limit: 4096) { return !integers.isEmpty && integers.allSatisfy { $0 == value } }
    guard let fractions = fractions(limit: 4096), !fractions.isEmpty else { return false }
    return fractions.allSatisfy { $0 == Double(value) && (value != 0 || ($0.sign == .minus) == isNegative) }
  }
}
