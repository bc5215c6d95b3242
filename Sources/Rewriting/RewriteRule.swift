import Graphs

/// One way to write a part of a graph shorter.
package struct RewriteRule: Sendable {
  /// The operators of nodes that it is tried on; all where there are none.
  let operators: Set<String>
  /// Whether it stores what nodes would compute.
  let storesResults: Bool
  /// Rewrites the graph at a node, if it can, and says whether it did.
  let apply: @Sendable (inout Rewriter, Node.ID) -> Bool

  init(
    _ operators: Set<String> = [], storesResults: Bool = false,
    _ apply: @escaping @Sendable (inout Rewriter, Node.ID) -> Bool
  ) {
    self.operators = operators
    self.storesResults = storesResults
    self.apply = apply
  }

  func matches(_ node: Node) -> Bool { operators.isEmpty || operators.contains(node.callee.operatorType) }
}

/// Operators whose results differ from run to run, or that may be more than what their arguments say.
enum Determinism {
  private static let random: Set<String> = [
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout",
  ]

  /// Whether a node gives the same for the same arguments, in every run.
  static func holds(for node: Node) -> Bool {
    ["", "ai.onnx", "ai.onnx.ml"].contains(node.callee.domain) && node.callee.overload.isEmpty
      && !random.contains(node.callee.operatorType) && node.attributes.allSatisfy(\.value.regions.isEmpty)
  }
}
