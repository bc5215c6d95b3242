import Graphs
import Tensors

extension RewriteRule {
  /// An Identity goes.
  static let identity = RewriteRule(["Identity"]) { rewriter, node in
    guard rewriter.isOperator(node, "Identity"), let input = rewriter.input(node, 0) else { return false }
    guard rewriter.bypass(node, with: input) else { return false }
    rewriter.tell("removed", "Identity")
    return true
  }

  /// A Dropout that is not training passes its input on.
  static let dropout = RewriteRule(["Dropout"]) { rewriter, node in
    guard rewriter.isOperator(node, "Dropout"), let input = rewriter.input(node, 0), !rewriter.hasReferences(node)
    else { return false }
    if rewriter.opset < 7, rewriter.int(node, "is_test") != 1 { return false }
    if let training = rewriter.input(node, 2), rewriter.integers(training) != [0] { return false }
    guard rewriter.bypass(node, with: input) else { return false }
    rewriter.tell("removed", "Dropout")
    return true
  }

  /// A Cast to the type that its input has already goes.
  static let sameTypeCast = RewriteRule(["Cast"]) { rewriter, node in
    guard rewriter.isOperator(node, "Cast"), let input = rewriter.input(node, 0),
      let element = rewriter.element(input), rewriter.int(node, "to") == Int(element.rawValue)
    else { return false }
    guard rewriter.bypass(node, with: input) else { return false }
    rewriter.tell("removed", "Cast", "to the same type")
    return true
  }

  /// A Transpose that leaves every axis where it is goes.
  static let identityTranspose = RewriteRule(["Transpose"]) { rewriter, node in
    guard rewriter.isOperator(node, "Transpose"), !rewriter.hasReferences(node), let input = rewriter.input(node, 0)
    else { return false }
    if let axes = rewriter.ints(node, "perm") {
      guard axes == Array(axes.indices) else { return false }
    } else {
      guard let rank = rewriter.shape(input)?.rank, rank < 2 else { return false }
    }
    guard rewriter.bypass(node, with: input) else { return false }
    rewriter.tell("removed", "Transpose", "that moves nothing")
    return true
  }
}
