import Graphs
import Operators
import Tensors

extension RewriteRule {
  /// A Pad by zeros becomes the padding of the convolution behind it.
  static let paddedConvolution = RewriteRule(["Conv"]) { rewriter, node in
    guard rewriter.isOperator(node, "Conv"), !rewriter.hasReferences(node), let middle = rewriter.input(node, 0),
      let pad = rewriter.producer(of: middle, named: "Pad"), !rewriter.hasReferences(pad),
      let input = rewriter.input(pad, 0), rewriter.padsZeros(pad), rewriter.input(pad, 3) == nil,
      let pads = rewriter.pads(pad), pads.count >= 6, pads.count % 2 == 0, pads.allSatisfy({ $0 >= 0 }),
      ["NOTSET", nil].contains(rewriter.graph.nodes[node][attribute: "auto_pad"]?.text)
    else { return false }
    let rank = pads.count / 2
    guard pads[0] == 0, pads[1] == 0, pads[rank] == 0, pads[rank + 1] == 0 else { return false }
    let added = Array(pads[2..<rank] + pads[(rank + 2)...])
    let own = rewriter.ints(node, "pads") ?? Array(repeating: 0, count: added.count)
    guard own.count == added.count else { return false }
    var sums: [Int64] = []
    for (left, right) in zip(own, added) {
      let (sum, overflow) = left.addingReportingOverflow(right)
      guard !overflow, sum >= 0 else { return false }
      sums.append(Int64(sum))
    }
    rewriter.set("pads", .ints(sums), of: node)
    rewriter.rewire(node, [input] + rewriter.graph.nodes[node].inputs.dropFirst())
    rewriter.tell("folded", "Pad", "into Conv")
    return true
  }
}

extension Rewriter {
  /// Whether what a Pad puts around is 0.
  fileprivate func padsZeros(_ node: Node.ID) -> Bool {
    guard ["constant", nil].contains(graph.nodes[node][attribute: "mode"]?.text) else { return false }
    if opset < 11 { return (graph.nodes[node][attribute: "value"]?.float ?? 0) == 0 }
    guard let value = input(node, 2) else { return true }
    return tensor(value)?.fractions(limit: 1) == [0]
  }
}
