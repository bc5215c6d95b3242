import Graphs
import Tensors

extension RewriteRule {
  /// What is computed from stored tensors alone is evaluated, where it takes no more room than what it frees.
  static let evaluatedConstant = RewriteRule(Rewriter.evaluable, storesResults: true) { rewriter, node in
    guard rewriter.isEvaluable(node), let result = rewriter.output(node), rewriter.isUsed(result),
      let sizes = rewriter.shape(result)?.constants, let count = DenseTensor.count(of: sizes),
      let element = rewriter.element(result), let bytes = element.byteCount(of: count),
      let cone = ConstantCone(of: node, in: rewriter), bytes <= cone.freedBytes(in: rewriter) + 24,
      let tensor = cone.evaluated(in: rewriter), tensor.sizes == sizes
    else { return false }
    let names = cone.nodes.map { rewriter.graph.nodes[$0].operatorType }
    rewriter.store(tensor, as: result, insteadOf: node)
    for (name, id) in zip(names, cone.nodes) where rewriter.places[id.index] == nil || id == node {
      rewriter.tell("folded", name, "into constants")
    }
    return true
  }
}
