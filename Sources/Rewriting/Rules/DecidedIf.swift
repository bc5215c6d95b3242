import Graphs
import Tensors

extension RewriteRule {
  /// An If whose condition is known becomes the branch that is taken.
  static let decidedIf = RewriteRule(["If"]) { rewriter, node in
    guard rewriter.isOperator(node, "If"), let condition = rewriter.integers(rewriter.input(node, 0)),
      condition.count == 1,
      case .graph(let branch)? = rewriter.graph.nodes[node][
        attribute: condition[0] != 0 ? "then_branch" : "else_branch"],
      rewriter.graph.regions[branch].inputs.isEmpty,
      rewriter.graph.regions[branch].outputs.count >= rewriter.graph.nodes[node].results.count,
      rewriter.storesInitializers || rewriter.graph.regions[branch].initializers.isEmpty
    else { return false }
    rewriter.inline(branch, of: node)
    rewriter.tell("decided", "If")
    return true
  }
}
