extension Syntax {
  /// The children that an offset is in, or at an end of, in order; those without tokens are none of them.
  package func children(touching offset: Int) -> [Syntax] {
    let (tokens, nodes) = (tree.tokens, tree.nodes)
    var found: [Syntax] = []
    var next = nodes[Int(index)].firstChild
    while next >= 0 {
      let node = nodes[Int(next)]
      if Int(tokens.start(Int(node.firstToken))) > offset { break }
      if node.firstToken < node.endToken, Int(tokens.end(Int(node.endToken) - 1)) >= offset {
        found.append(Syntax(tree: tree, index: next))
      }
      next = node.nextSibling
    }
    return found
  }
}

/// The children of a node by their positions: quicker to look through than the nodes themselves.
package struct ChildList: RandomAccessCollection, Sendable {
  private let tree: SyntaxTree
  private let nodes: [Int32]

  /// Walks the children once.
  init(_ parent: Syntax) {
    tree = parent.tree
    var nodes: [Int32] = []
    var next = tree.nodes[Int(parent.index)].firstChild
    while next >= 0 {
      nodes.append(next)
      next = tree.nodes[Int(next)].nextSibling
    }
    self.nodes = nodes
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { nodes.count }

  package subscript(index: Int) -> Syntax { Syntax(tree: tree, index: nodes[index]) }

  /// The bytes of a child.
  package func range(of index: Int) -> Range<Int> {
    let node = tree.nodes[Int(nodes[index])]
    let start = Int(tree.tokens.start(Int(node.firstToken)))
    guard node.firstToken < node.endToken else { return start..<start }
    return start..<Int(tree.tokens.end(Int(node.endToken) - 1))
  }

  /// The names that stand in a child, `nil` where one is quoted.
  package func names(in index: Int) -> Set<String>? {
    let node = tree.nodes[Int(nodes[index])]
    var names: Set<String> = []
    for token in Int(node.firstToken)..<Int(node.endToken) {
      switch tree.tokens.kinds[token] {
      case .identifier: names.insert(tree.text(token))
      case .quotedName, .quotedNameHead: return nil
      default: continue
      }
    }
    return names
  }

  /// The first of some children in which one of some names stands.
  ///
  /// Quoted names count as any.
  package func first(in range: Range<Int>, naming names: Set<String>) -> Int? {
    let words = names.map { Array($0.utf8) }
    let lengths = Set(words.map(\.count))
    let tokens = tree.tokens
    return tree.source.withUnsafeBufferPointer { source in
      range.first { index in
        let node = tree.nodes[Int(nodes[index])]
        return (Int(node.firstToken)..<Int(node.endToken)).contains { token in
          switch tokens.kinds[token] {
          case .identifier:
            let place = tokens.range(token)
            return lengths.contains(place.count) && words.contains { source[place].elementsEqual($0) }
          case .quotedName, .quotedNameHead: return true
          default: return false
          }
        }
      }
    }
  }
}
