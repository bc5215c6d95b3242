import Graphs
import Tensors

extension RewriteRule {
  /// What runtimes look for to compute with integers.
  private static let quantizing: Set<String> = ["QuantizeLinear", "DequantizeLinear"]

  /// A node whose result inference knows becomes what it is, where that takes no more room.
  static let knownResult = RewriteRule(storesResults: true) { rewriter, node in
    guard !rewriter.isOperator(node, "Constant"), !quantizing.contains(rewriter.graph.nodes[node].operatorType),
      Determinism.holds(for: rewriter.graph.nodes[node]),
      rewriter.graph.nodes[node].results.count == 1, let result = rewriter.output(node), rewriter.isUsed(result),
      let tensor = rewriter.tensor(result), let bytes = tensor.byteCount, rewriter.isWorth(bytes, insteadOf: node)
    else { return false }
    let name = rewriter.graph.nodes[node].operatorType
    rewriter.store(tensor, as: result, insteadOf: node)
    rewriter.tell("folded", name, "into constants")
    return true
  }
}
