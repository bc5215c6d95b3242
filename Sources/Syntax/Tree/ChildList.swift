import Glibc

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
    nodes = tree.nodes.withUnsafeBufferPointer { all in
      var nodes: [Int32] = []
      var next = all[Int(parent.index)].firstChild
      while next >= 0 {
        nodes.append(next)
        next = all[Int(next)].nextSibling
      }
      return nodes
    }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { nodes.count }

  package subscript(index: Int) -> Syntax { Syntax(tree: tree, index: nodes[index]) }

  /// The bytes of a child.
  package func range(of index: Int) -> Range<Int> {
    tree.nodes[Int(nodes[index])].bytes(in: tree.tokens)
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

  /// Whether as many children of another list have the lengths of some, each so many bytes further on.
  package func areSame(_ range: Range<Int>, as first: Int, of other: ChildList, growth: Int) -> Bool {
    let (tokens, otherTokens) = (tree.tokens, other.tree.tokens)
    return tree.nodes.withUnsafeBufferPointer { own in
      other.tree.nodes.withUnsafeBufferPointer { others in
        range.allSatisfy { index in
          let old = own[Int(nodes[index])].bytes(in: tokens)
          let new = others[Int(other.nodes[first + index - range.lowerBound])].bytes(in: otherTokens)
          return old.lowerBound + growth == new.lowerBound && old.count == new.count
        }
      }
    }
  }

  /// The first of some children in which one of some names stands.
  ///
  /// Quoted names count as any.
  package func first(in range: Range<Int>, naming names: Set<String>) -> Int? {
    guard let last = range.last else { return nil }
    let (source, end) = (tree.source, self.range(of: last).upperBound)
    // Where the bytes of each name, and of a quotation mark, stand next.
    var finds = (names + ["`"]).map { (word: Array($0.utf8), place: Int?.some(-1)) }
    var index = range.lowerBound
    while index <= last {
      let start = self.range(of: index).lowerBound
      for find in finds.indices where finds[find].place.map({ $0 < start }) ?? false {
        finds[find].place = source.first(finds[find].word, in: start..<end)
      }
      guard let place = finds.compactMap(\.place).min() else { return nil }
      index = partition(index..<range.upperBound) { $0.upperBound > place }
      // What stands in a longer name, or in a comment, is none of them.
      if self.names(in: index).map({ !$0.isDisjoint(with: names) }) ?? true { return index }
      index += 1
    }
    return nil
  }

  /// The first of some children for which something holds that holds for all behind it; behind the last one where there
  /// is none.
  package func partition(_ range: Range<Int>, where holds: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if holds(self.range(of: middle)) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension [UInt8] {
  /// Where some bytes stand first in a range.
  fileprivate func first(_ word: [UInt8], in range: Range<Int>) -> Int? {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let head = word.first else { return nil }
      var start = range.lowerBound
      while start + word.count <= range.upperBound,
        let found = memchr(base + start, Int32(head), range.upperBound - word.count + 1 - start)
      {
        if memcmp(found, word, word.count) == 0 { return UnsafeRawPointer(found) - base }
        start = UnsafeRawPointer(found) - base + 1
      }
      return nil
    }
  }
}

extension SyntaxTreeBuilder.Node {
  /// The bytes of a node.
  fileprivate func bytes(in tokens: Tokens) -> Range<Int> {
    let start = Int(tokens.start(Int(firstToken)))
    return firstToken < endToken ? start..<Int(tokens.end(Int(endToken) - 1)) : start..<start
  }
}
