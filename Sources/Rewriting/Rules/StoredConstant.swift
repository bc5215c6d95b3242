import Graphs

extension RewriteRule {
  /// A Constant becomes an initialiser, where the graph may have one.
  static let storedConstant = RewriteRule(["Constant"]) { rewriter, node in
    guard rewriter.storesInitializers, rewriter.isOperator(node, "Constant"), let result = rewriter.output(node),
      rewriter.outputUses[result.index] == 0, let tensor = rewriter.tensor(result), !rewriter.hasReferences(node)
    else { return false }
    rewriter.store(tensor, as: result, insteadOf: node)
    rewriter.tell("turned", "Constant", "into initializers")
    return true
  }
}
