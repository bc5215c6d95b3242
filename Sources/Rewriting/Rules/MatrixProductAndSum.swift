import Graphs
import Tensors

extension RewriteRule {
  /// A sum with a product of two matrices is a Gemm.
  static let matrixProductAndSum = RewriteRule(["Add"]) { rewriter, node in
    guard rewriter.isOperator(node, "Add"), rewriter.opset >= 11, let left = rewriter.input(node, 0),
      let right = rewriter.input(node, 1), let result = rewriter.output(node),
      let sizes = rewriter.shape(result)?.dimensions, sizes.count == 2
    else { return false }
    for (middle, other) in [(left, right), (right, left)] {
      guard rewriter.isUsedOnce(middle), let product = rewriter.producer(of: middle, named: "MatMul"),
        rewriter.places[product.index] == rewriter.places[node.index], let a = rewriter.input(product, 0),
        let b = rewriter.input(product, 1), rewriter.shape(a)?.rank == 2, rewriter.shape(b)?.rank == 2,
        rewriter.haveSameShape(middle, result), let element = rewriter.element(a),
        [.f32, .f16, .f64].contains(element),
        let added = rewriter.shape(other)?.dimensions, added.count <= 2,
        zip(added.reversed(), sizes.reversed()).allSatisfy({ $0.constant == 1 || $0.isProvablyEqual(to: $1) })
      else { continue }
      rewriter.rewrite(node, as: "Gemm", [a, b, other], [])
      rewriter.tell("joined", "MatMul", "and Add as Gemm")
      return true
    }
    return false
  }
}
