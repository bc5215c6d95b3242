/// A node of a tree.
package struct Syntax: Sendable {
  package let tree: SyntaxTree
  package let index: Int32

  package var kind: SyntaxKind { tree.nodes[Int(index)].kind }

  /// The node's tokens.
  package var tokens: Range<Int> {
    Int(tree.nodes[Int(index)].firstToken)..<Int(tree.nodes[Int(index)].endToken)
  }

  /// The bytes from the node's first token to its last; empty at the next token for a node without tokens.
  package var range: Range<Int> {
    let tokens = tokens
    guard !tokens.isEmpty else {
      let start = Int(tree.tokens.starts[tokens.lowerBound])
      return start..<start
    }
    return Int(tree.tokens.starts[tokens.lowerBound])..<Int(tree.tokens.ends[tokens.upperBound - 1])
  }

  package var place: Place { Place(file: tree.file, range: range) }

  /// The node's text, gaps between its tokens included.
  package var text: String { String(decoding: tree.source[range], as: UTF8.self) }

  package var children: Children { Children(tree: tree, index: tree.nodes[Int(index)].firstChild) }

  package var firstChild: Syntax? { children.first }

  /// The first child of a kind.
  package func child(_ kind: SyntaxKind) -> Syntax? {
    children.first { $0.kind == kind }
  }

  /// The text of the node's first token.
  package var firstTokenText: String { tree.text(tokens.lowerBound) }

  /// The children of a node, in order.
  package struct Children: Sequence, IteratorProtocol {
    fileprivate let tree: SyntaxTree
    fileprivate var index: Int32

    package mutating func next() -> Syntax? {
      guard let child = first else { return nil }
      index = tree.nodes[Int(index)].nextSibling
      return child
    }

    package var first: Syntax? { index >= 0 ? Syntax(tree: tree, index: index) : nil }
  }
}

extension Syntax: Hashable {
  package static func == (left: Syntax, right: Syntax) -> Bool {
    left.index == right.index && left.tree === right.tree
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(tree))
    hasher.combine(index)
  }
}

extension Syntax: CustomDebugStringConvertible {
  /// The node as an s-expression of kinds, with the text of leaves.
  package var debugDescription: String {
    let inner = children.map(\.debugDescription)
    return inner.isEmpty ? "(\(kind) \(text))" : "(\(kind) \(inner.joined(separator: " ")))"
  }
}
