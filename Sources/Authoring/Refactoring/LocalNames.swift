import Semantics
import Syntax

/// Names of values and sizes in a part of a text, and the part with other names in their places.
enum LocalNames {
  /// Every plain name that stands in a node, whatever it means, but for those of arguments.
  static func all(in node: Syntax) -> Set<String> {
    var names: Set<String> = []
    var open = [node]
    while let node = open.popLast() {
      if node.kind == .name { names.insert(node.text) }
      open += node.kind == .namedArgument ? Array(node.children.dropFirst()) : Array(node.children)
    }
    return names
  }

  /// The names that statements bind in the frame around them, outside of graph literals.
  static func bound(in node: Syntax) -> Set<String> {
    var names: Set<String> = []
    var open = [node]
    while let node = open.popLast() {
      switch node.kind {
      case .target, .constStatement: if let name = node.firstName { names.insert(name.text) }
      case .repeatStatement: for child in node.children where child.kind == .name { names.insert(child.text) }
      case .graphLiteral: continue
      default: break
      }
      open += node.children
    }
    return names
  }

  /// The changes that give the names of values, as far as the node uses them, other texts.
  static func renaming(_ names: [String: String], in node: Syntax) -> [(range: Range<Int>, text: String)] {
    guard !names.isEmpty else { return [] }
    var changes: [(range: Range<Int>, text: String)] = []
    forEach(in: node) { name in
      if name.kind == .name, let text = names[name.text] { changes.append((name.range, text)) }
    }
    return changes
  }

  /// Visits the names in a node that mean values, sizes or configuration, where they are bound and where they are used.
  ///
  /// Names of arguments, labels, members and parameters are left out: they are the instances' or the callees'.
  static func forEach(in node: Syntax, _ visit: (Syntax) -> Void) {
    node.forEachNameUse { name, use in if use != .interpolated { visit(name) } }
  }

  /// A name like `name` that is none of `taken`.
  static func fresh(_ name: String, _ taken: Set<String>) -> String {
    var number = 1
    var candidate = name
    while taken.contains(candidate) {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}

extension Syntax {
  /// The first child that is a plain name.
  var firstName: Syntax? { children.first { $0.kind == .name } }

  /// Whether a node of the kind stands anywhere in it, outside of graph literals.
  func contains(_ kind: SyntaxKind) -> Bool {
    children.contains { $0.kind == kind || $0.kind != .graphLiteral && $0.contains(kind) }
  }

  /// The text of a range of the node's file.
  func text(of range: Range<Int>) -> String { String(decoding: tree.source[range], as: UTF8.self) }

  /// The text of a range with changes made in it.
  func text(of range: Range<Int>, _ changes: [(range: Range<Int>, text: String)]) -> String {
    let inside = changes.filter { range.contains($0.range.lowerBound) }.map { change in
      (
        range: change.range.lowerBound - range.lowerBound..<change.range.upperBound - range.lowerBound,
        text: change.text
      )
    }
    return String(decoding: Array(tree.source[range]).replacing(inside), as: UTF8.self)
  }
}
