/// A node of a tree.
///
/// Public, with what walks the tree inlinable: every analysis does nothing more often.
public struct Syntax: Sendable {
  @usableFromInline package let tree: SyntaxTree
  @usableFromInline package let index: Int32

  @inlinable
  init(tree: SyntaxTree, index: Int32) {
    self.tree = tree
    self.index = index
  }

  @inlinable
  public var kind: SyntaxKind { tree.nodes[Int(index)].kind }

  /// The node's tokens.
  package var tokens: Range<Int> {
    Int(tree.nodes[Int(index)].firstToken)..<Int(tree.nodes[Int(index)].endToken)
  }

  /// The bytes from the node's first token to its last; empty at the next token for a node without tokens.
  package var range: Range<Int> {
    let tokens = tokens
    guard !tokens.isEmpty else {
      let start = Int(tree.tokens.start(tokens.lowerBound))
      return start..<start
    }
    return Int(tree.tokens.start(tokens.lowerBound))..<Int(tree.tokens.end(tokens.upperBound - 1))
  }

  package var place: Place { Place(file: tree.file, range: range) }

  /// The node's text, gaps between its tokens included.
  package var text: String { String(decoding: tree.source[range], as: UTF8.self) }

  @inlinable
  public var children: Children { Children(tree: tree, index: tree.nodes[Int(index)].firstChild) }

  @inlinable
  public var firstChild: Syntax? { children.first }

  /// The next child of the same parent.
  @inlinable
  public var nextSibling: Syntax? {
    let next = tree.nodes[Int(index)].nextSibling
    return next >= 0 ? Syntax(tree: tree, index: next) : nil
  }

  /// The two children of a node that has exactly two.
  @inlinable
  public var pair: (Syntax, Syntax)? {
    guard let first = firstChild, let second = first.nextSibling, second.nextSibling == nil else { return nil }
    return (first, second)
  }

  /// The first child of a kind.
  @inlinable
  public func child(_ kind: SyntaxKind) -> Syntax? {
    var next = tree.nodes[Int(index)].firstChild
    while next >= 0 {
      if tree.nodes[Int(next)].kind == kind { return Syntax(tree: tree, index: next) }
      next = tree.nodes[Int(next)].nextSibling
    }
    return nil
  }

  /// The children, in an array that costs no more than their places.
  package var childList: ChildList { ChildList(self) }

  /// The text of the node's first token.
  package var firstTokenText: String { tree.text(tokens.lowerBound) }

  /// The children of a node, in order.
  public struct Children: Sequence, IteratorProtocol {
    @usableFromInline let tree: SyntaxTree
    @usableFromInline var index: Int32

    @inlinable
    init(tree: SyntaxTree, index: Int32) {
      self.tree = tree
      self.index = index
    }

    @inlinable
    public mutating func next() -> Syntax? {
      guard let child = first else { return nil }
      index = tree.nodes[Int(index)].nextSibling
      return child
    }

    @inlinable
    public var first: Syntax? { index >= 0 ? Syntax(tree: tree, index: index) : nil }
  }
}

extension Syntax: Hashable {
  @inlinable
  public static func == (left: Syntax, right: Syntax) -> Bool {
    left.index == right.index && left.tree === right.tree
  }

  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(tree))
    hasher.combine(index)
  }
}

extension Syntax: CustomDebugStringConvertible {
  /// The node as an s-expression of kinds, with the text of leaves.
  public var debugDescription: String {
    let inner = children.map(\.debugDescription)
    return inner.isEmpty ? "(\(kind) \(text))" : "(\(kind) \(inner.joined(separator: " ")))"
  }
}
