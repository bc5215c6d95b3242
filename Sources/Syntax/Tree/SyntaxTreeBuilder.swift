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

  /// A node with all below it as others like it are made: its tokens are counted from its first one, its nodes from the
  /// first of them.
  struct Pattern {
    fileprivate var nodes: [Node]
  }

  /// The pattern of a node that was finished, with all below it, at some nodes without a gap; its first token is `token`.
  func pattern(_ range: Range<Int>, since token: Int) -> Pattern {
    var nodes = Array(nodes[range])
    Self.move(&nodes, from: 0, tokens: -token, nodes: -range.lowerBound)
    if let root = nodes.indices.last { nodes[root].nextSibling = -1 }
    return Pattern(nodes: nodes)
  }

  /// Finishes a node of a pattern, with all below it, over the tokens from `first` on.
  mutating func append(_ pattern: Pattern, first: Int) {
    let start = nodes.count
    nodes.append(contentsOf: pattern.nodes)
    Self.move(&nodes, from: start, tokens: first, nodes: start)
    let root = nodes.count - 1
    nodes[root].nextSibling = top
    top = Int32(truncatingIfNeeded: root)
    pendingCount += 1
  }

  /// Makes nodes stand over tokens further on, and refer to nodes further on.
  private static func move(_ nodes: inout [Node], from start: Int, tokens: Int, nodes count: Int) {
    let (tokens, count) = (UInt32(truncatingIfNeeded: tokens), Int32(truncatingIfNeeded: count))
    nodes.withUnsafeMutableBufferPointer { nodes in
      for index in start..<nodes.count {
        nodes[index].firstToken &+= tokens
        nodes[index].endToken &+= tokens
        if nodes[index].firstChild >= 0 { nodes[index].firstChild &+= count }
        if nodes[index].nextSibling >= 0 { nodes[index].nextSibling &+= count }
      }
    }
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
