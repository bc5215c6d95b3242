/// The arrays of a tree while the parser fills them.
///
/// Finished nodes wait on a stack until the node around them is finished and takes them as its children.
struct SyntaxTreeBuilder {
  private(set) var kinds: [SyntaxKind] = []
  private(set) var firstTokens: [UInt32] = []
  private(set) var endTokens: [UInt32] = []
  private(set) var firstChildren: [Int32] = []
  private(set) var nextSiblings: [Int32] = []
  private var pending: [Finished] = []

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

  var mark: Mark { Mark(height: pending.count) }

  /// The kind of the node finished last.
  var lastKind: SyntaxKind? { pending.last.map { kinds[Int($0.index)] } }

  /// The height of the node finished last.
  var lastHeight: Int { pending.last.map { Int($0.height) } ?? 0 }

  /// Whether the node finished last has exactly one child.
  var lastHasOneChild: Bool {
    guard let last = pending.last else { return false }
    let child = firstChildren[Int(last.index)]
    return child >= 0 && nextSiblings[Int(child)] < 0
  }

  /// Finishes a node over the tokens `first..<end` that takes the finished nodes above `mark` as its children.
  mutating func finish(_ kind: SyntaxKind, since mark: Mark, first: Int, end: Int) {
    let index = Int32(truncatingIfNeeded: kinds.count)
    var child: Int32 = -1
    var height: Int32 = 0
    while pending.count > mark.height, let last = pending.popLast() {
      nextSiblings[Int(last.index)] = child
      child = last.index
      height = max(height, last.height)
    }
    kinds.append(kind)
    firstTokens.append(UInt32(truncatingIfNeeded: first))
    endTokens.append(UInt32(truncatingIfNeeded: end))
    firstChildren.append(child)
    nextSiblings.append(-1)
    pending.append(Finished(index: index, height: height + 1))
  }
}
