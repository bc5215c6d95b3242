/// The nodes of a tree while the parser finishes them, children before their parents.
///
/// Finished nodes wait on a stack until the node around them is finished and takes them as its children. The stack is a
/// list through the nodes themselves: while one waits, its `nextSibling` is the node below it.
@usableFromInline
struct SyntaxTreeBuilder {
  private(set) var nodes: [Node] = []
  /// The node finished last that no other has taken yet, and how many such there are.
  private var top: Int32 = -1
  private var pendingCount = 0

  /// A node of the tree, by its place in it.
  @usableFromInline
  struct Node: Sendable {
    @usableFromInline var kind: SyntaxKind
    /// The number of nodes on the longest way from this one down to a leaf.
    var height: UInt16
    var firstToken: UInt32
    var endToken: UInt32
    /// The indices of the first child and of the next sibling; -1 where there is none.
    @usableFromInline var firstChild: Int32
    @usableFromInline var nextSibling: Int32
  }

  /// A place on the stack of finished nodes: those above it are still to be taken by a parent.
  struct Mark {
    fileprivate var pendingCount: Int
  }

  init(estimatedCount: Int) {
    nodes.reserveCapacity(estimatedCount)
  }

  var mark: Mark { Mark(pendingCount: pendingCount) }

  /// The node finished last.
  var lastIndex: Int32? { top >= 0 ? top : nil }

  /// Makes a finished node the next sibling of another one.
  mutating func join(_ node: Int32, _ next: Int32) { nodes[Int(node)].nextSibling = next }

  /// The kind of the node finished last.
  var lastKind: SyntaxKind? { top >= 0 ? nodes[Int(top)].kind : nil }

  /// The height of the node finished last.
  var lastHeight: Int { top >= 0 ? Int(nodes[Int(top)].height) : 0 }

  /// Whether the node finished last has exactly one child, and that an expression.
  var lastHasOneExpression: Bool {
    guard top >= 0 else { return false }
    let child = nodes[Int(top)].firstChild
    guard child >= 0, nodes[Int(child)].nextSibling < 0 else { return false }
    switch nodes[Int(child)].kind {
    case .spread, .ellipsis, .graphLiteral: return false
    default: return true
    }
  }

  /// Finishes a node over the tokens `first..<end` without children.
  mutating func leaf(_ kind: SyntaxKind, first: Int, end: Int) {
    append(kind, first: first, end: end, firstChild: -1, height: 1)
  }

  /// Finishes a node over the tokens `first..<end` that takes the finished nodes above `mark` as its children.
  mutating func finish(_ kind: SyntaxKind, since mark: Mark, first: Int, end: Int) {
    var child: Int32 = -1
    var height: UInt16 = 0
    while pendingCount > mark.pendingCount {
      let node = top
      height = max(height, nodes[Int(node)].height)
      top = nodes[Int(node)].nextSibling
      nodes[Int(node)].nextSibling = child
      child = node
      pendingCount -= 1
    }
    append(kind, first: first, end: end, firstChild: child, height: height &+ 1)
  }

  /// Finishes a node like another one, whose nodes are `original`, over tokens that stand `shift` further on.
  ///
  /// The node was finished with all below it, which stands before it without a gap.
  mutating func copy(_ original: Range<Int>, shift: Int) {
    let tokens = UInt32(truncatingIfNeeded: shift)
    let offset = Int32(truncatingIfNeeded: nodes.count - original.lowerBound)
    for index in original {
      var node = nodes[index]
      node.firstToken &+= tokens
      node.endToken &+= tokens
      if node.firstChild >= 0 { node.firstChild += offset }
      if node.nextSibling >= 0 { node.nextSibling += offset }
      nodes.append(node)
    }
    let root = nodes.count - 1
    nodes[root].nextSibling = top
    top = Int32(truncatingIfNeeded: root)
    pendingCount += 1
  }

  private mutating func append(_ kind: SyntaxKind, first: Int, end: Int, firstChild: Int32, height: UInt16) {
    let index = Int32(truncatingIfNeeded: nodes.count)
    nodes.append(
      Node(
        kind: kind, height: height, firstToken: UInt32(truncatingIfNeeded: first),
        endToken: UInt32(truncatingIfNeeded: end), firstChild: firstChild, nextSibling: top))
    top = index
    pendingCount += 1
  }
}
