import Syntax

/// Lays a tree out, from the file down to the tokens.
///
/// What fits on the rest of its line stands there; else its outermost construct breaks, by the rules of its kind. Widths are
/// known beforehand, so that nothing is laid out twice.
struct SourceFormatter {
  let tree: SyntaxTree
  let flat: FlatLayout
  let mistakes: FormattingMistakes
  var writer: FormatWriter
  /// Whether a newline is a gap here: inside brackets, and not in a body in them.
  var isInsideBrackets = false
  private(set) var untouched: [Place] = []

  static func layout(of tree: SyntaxTree) -> FormattingLayout {
    var formatter = SourceFormatter(tree)
    formatter.layOutFile()
    return FormattingLayout(
      text: formatter.writer.output, kept: formatter.writer.kept, untouched: formatter.untouched)
  }

  private init(_ tree: SyntaxTree) {
    self.tree = tree
    let nodes = tree.allNodes
    mistakes = FormattingMistakes(tree, nodes: nodes)
    flat = FlatLayout(tree, nodes: nodes, mistakes: mistakes)
    writer = FormatWriter(tree, flat)
  }

  /// Whether tokens, which come next, fit on the line together with what cannot be parted from them.
  func fits(_ tokens: Range<Int>, _ limit: FormattingLimit) -> Bool {
    flat.isFlat(tokens)
      && writer.nextColumn + flat.width(tokens) + flat.widthToLineEnd(after: tokens.upperBound, until: limit)
        <= FormattingStyle.columns
  }

  /// Lays out a node on the rest of the line, or breaks it.
  ///
  /// - Parameter limit: where the line ends at the latest behind the node.
  mutating func layOut(_ node: Syntax, _ limit: FormattingLimit) {
    writer.advance(to: node.tokens.lowerBound)
    if node.kind != .body, fits(node.tokens, limit) { return writer.advance(to: node.tokens.upperBound) }
    switch node.kind {
    case .body: layOutBody(node)
    // A name ends on its line, however long the expressions in it.
    case .quotedName: writer.advance(to: node.tokens.upperBound)
    case .pipe: layOutPipe(node, limit)
    case .binary: layOutOperators(node, limit)
    case .call, .member, .index, .overload: layOutPostfix(node, limit)
    case .parenthesized: layOutParenthesized(node, limit)
    case .conditional: layOutConditional(node, limit)
    case .argumentList, .parameterList, .list, .tensorLiteral, .sparseLiteral, .mapLiteral, .dimensions, .resultList,
      .listInput:
      layOutList(node, limit)
    default: layOutChildren(node, limit)
    }
  }

  /// Lays out those of a node's children that are not yet written one after the other.
  mutating func layOutChildren(_ node: Syntax, _ limit: FormattingLimit) {
    for child in node.children where child.tokens.upperBound > writer.position { layOut(child, limit) }
    writer.advance(to: node.tokens.upperBound)
  }

  /// Runs `lay` with lines indented by some steps more.
  mutating func indented(by steps: Int = 1, _ lay: (inout SourceFormatter) -> Void) {
    writer.indentation += steps
    lay(&self)
    writer.indentation -= steps
  }

  /// Runs `lay` where newlines are gaps, or where they count.
  mutating func insideBrackets(_ isInside: Bool = true, _ lay: (inout SourceFormatter) -> Void) {
    let outer = isInsideBrackets
    isInsideBrackets = isInside
    lay(&self)
    isInsideBrackets = outer
  }

  /// Copies statements that contain a mistake.
  mutating func copy(to end: Int) {
    let start = Int(tree.tokens.start(writer.position))
    untouched.append(Place(file: tree.file, range: start..<Int(tree.tokens.end(end - 1))))
    writer.copy(to: end)
  }
}

extension SyntaxTree {
  /// All nodes, parents before their children.
  fileprivate var allNodes: [Syntax] {
    var nodes: [Syntax] = []
    nodes.reserveCapacity(Int(root.index) + 1)
    var pending = [root]
    while let node = pending.popLast() {
      nodes.append(node)
      pending += node.children
    }
    return nodes
  }
}
