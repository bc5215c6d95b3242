/// The nodes of a tree while the parser finishes them, children before their parents.
///
/// Finished nodes wait on a stack until the node around them is finished and takes them as its children.
@usableFromInline
struct SyntaxTreeBuilder {
  private(set) var nodes: [Node] = []
  private var pending: [Finished] = []

  /// A node of the tree, by its place in it.
  @usableFromInline
  struct Node: Sendable {
    @usableFromInline var kind: SyntaxKind
    var firstToken: UInt32
    var endToken: UInt32
    /// The indices of the first child and of the next sibling; -1 where there is none.
    @usableFromInline var firstChild: Int32
    @usableFromInline var nextSibling: Int32 = -1
  }

  /// A finished node that no other has taken yet.
  private struct Finished {
    var index: Int32
    /// The number of nodes on the longest way from this node down to a leaf.
    var height: Int32
  }

  /// A place on the stack of finished nodes: those above it are still to be taken by a parent.
  struct Mark {
    fileprivate var height: Int
  }

  init(estimatedCount: Int) {
    nodes.reserveCapacity(estimatedCount)
  }

  var mark: Mark { Mark(height: pending.count) }

  /// The node finished last.
  var lastIndex: Int32? { pending.last?.index }

  /// Makes a finished node the next sibling of another one.
  mutating func join(_ node: Int32, _ next: Int32) { nodes[Int(node)].nextSibling = next }

  /// The kind of the node finished last.
  var lastKind: SyntaxKind? { pending.last.map { nodes[Int($0.index)].kind } }

  /// The height of the node finished last.
  var lastHeight: Int { pending.last.map { Int($0.height) } ?? 0 }

  /// Whether the node finished last has exactly one child, and that an expression.
  var lastHasOneExpression: Bool {
    guard let last = pending.last else { return false }
    let child = nodes[Int(last.index)].firstChild
    guard child >= 0, nodes[Int(child)].nextSibling < 0 else { return false }
    switch nodes[Int(child)].kind {
    case .spread, .ellipsis, .graphLiteral: return false
    default: return true
    }
  }

  /// Finishes a node over the tokens `first..<end` that takes the finished nodes above `mark` as its children.
  mutating func finish(_ kind: SyntaxKind, since mark: Mark, first: Int, end: Int) {
    let index = Int32(truncatingIfNeeded: nodes.count)
    var child: Int32 = -1
    var height: Int32 = 0
    while pending.count > mark.height, let last = pending.popLast() {
      nodes[Int(last.index)].nextSibling = child
      child = last.index
      height = max(height, last.height)
    }
    nodes.append(
      Node(
        kind: kind, firstToken: UInt32(truncatingIfNeeded: first), endToken: UInt32(truncatingIfNeeded: end),
        firstChild: child))
    pending.append(Finished(index: index, height: height + 1))
  }
}
