extension Syntax {
  /// Calls `body` with the bytes of each name that a declaration's text binds before an offset, the last first.
  ///
  /// They are those of targets, parameters, buffers and constants; names of graphs in expressions are left out where the offset
  /// is not in the graph, and those of results.
  ///
  /// Nodes stand in post-order, so that from a node's place downwards come all that are in it, without a walk from node to node.
  package func forEachBoundName(before offset: Int, _ body: (Range<Int>) -> Void) {
    let (tokens, nodes) = (tree.tokens, tree.nodes)
    func bytes(of node: SyntaxTreeBuilder.Node) -> Range<Int> {
      let start = Int(tokens.start(Int(node.firstToken)))
      return start..<(node.firstToken < node.endToken ? Int(tokens.end(Int(node.endToken) - 1)) : start)
    }
    let first = nodes[Int(index)].firstToken
    // The first token of what is left out; no node begins behind the last token.
    var hidden = UInt32.max
    var place = Int(index) - 1
    while place >= 0, nodes[place].firstToken >= first {
      let node = nodes[place]
      place -= 1
      if node.firstToken >= hidden { continue }
      hidden = .max
      switch node.kind {
      case .graphLiteral:
        let range = bytes(of: node)
        if offset < range.lowerBound || offset > range.upperBound { hidden = node.firstToken }
      // Results have no names in the body.
      case .resultList: hidden = node.firstToken
      case .target, .parameter, .parameterStatement, .bufferStatement, .constStatement:
        guard Int(tokens.start(Int(node.firstToken))) < offset else { continue }
        var child = node.firstChild
        while child >= 0, nodes[Int(child)].kind != .name, nodes[Int(child)].kind != .quotedName {
          child = nodes[Int(child)].nextSibling
        }
        if child >= 0 { body(bytes(of: nodes[Int(child)])) }
      default: continue
      }
    }
  }
}
