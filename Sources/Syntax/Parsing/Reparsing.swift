// Parsing again after an edit inside statements: everything else of the tree is kept.

extension SyntaxTree {
  /// The tree of a text that differs from this one's in one range.
  ///
  /// Reads only the statements that the edit touches, where both texts are without mistakes, and the whole text otherwise;
  /// the tree is the same either way.
  ///
  /// - Parameters:
  ///   - source: the whole new text.
  ///   - edited: the bytes of this tree's text that were replaced.
  ///   - count: how many bytes stand in their place.
  ///   - file: the number of the new text.
  package func reparsed(
    _ source: [UInt8], replacing edited: Range<Int>, with count: Int, file: UInt32
  ) -> SyntaxTree {
    reparsedInPlace(source, replacing: edited, with: count, file: file) ?? SyntaxTree.parse(source, file: file)
  }

  /// The same, only where reading the statements that the edit touches is enough.
  package func reparsedInPlace(
    _ source: [UInt8], replacing edited: Range<Int>, with count: Int, file: UInt32
  ) -> SyntaxTree? {
    guard diagnostics.isEmpty, let statements = statements(touching: edited),
      isPlain(edited, by: source, count) || NotText(source) == nil
    else { return nil }
    return Replacement(of: statements, in: self, by: source, edited, count)?.tree(file: file)
  }

  /// The statements of a declaration's body that an edit touches, or stands right behind; `nil` for other edits.
  private func statements(touching edited: Range<Int>) -> Statements? {
    guard let declaration = root.children.first(where: { $0.range.upperBound >= edited.upperBound }),
      // What stands in a recipe are no statements.
      declaration.kind != .recipeDeclaration, let body = declaration.child(.body),
      body.range.lowerBound < edited.lowerBound
    else { return nil }
    let tokens = tokens
    var (first, last): (Int32, Int32) = (-1, -1)
    nodes.withUnsafeBufferPointer { nodes in
      var next = nodes[Int(body.index)].firstChild
      while next >= 0 {
        let start = Int(tokens.start(Int(nodes[Int(next)].firstToken)))
        if start > edited.upperBound { break }
        // The last one that begins before the edit, then all that it reaches.
        if first < 0 || start <= edited.lowerBound { first = next }
        last = next
        next = nodes[Int(next)].nextSibling
      }
    }
    guard first >= 0 else { return nil }
    let found = Statements(first: Syntax(tree: self, index: first), last: Syntax(tree: self, index: last))
    return found.first.range.lowerBound <= edited.lowerBound ? found : nil
  }

  /// Whether an edit gives ASCII characters in the place of such: what was text before is text behind it.
  private func isPlain(_ edited: Range<Int>, by new: [UInt8], _ count: Int) -> Bool {
    func isPlain(_ byte: UInt8) -> Bool { byte != 0 && byte < 0x80 }
    return edited.lowerBound > 0 && edited.upperBound < source.count && isPlain(source[edited.lowerBound - 1])
      && source[edited.lowerBound...edited.upperBound].allSatisfy(isPlain)
      && new[edited.lowerBound..<(edited.lowerBound + count)].allSatisfy(isPlain)
  }
}

/// A run of statements of one body.
private struct Statements {
  var first: Syntax
  var last: Syntax

  var tokens: Range<Int> { first.tokens.lowerBound..<last.tokens.upperBound }

  /// The nodes that the statements are made of: in post-order they stand side by side.
  var nodes: ClosedRange<Int> {
    var leaf = first
    while let child = leaf.firstChild { leaf = child }
    return Int(leaf.index)...Int(last.index)
  }
}

/// What stands in the place of some statements of a tree.
private struct Replacement {
  private let old: SyntaxTree
  private let source: [UInt8]
  private let statements: Statements
  /// How much longer the new text is.
  private let growth: Int
  private let tokens: Tokens
  private let nodes: [SyntaxTreeBuilder.Node]
  /// The nodes of the new statements themselves, in order.
  private let roots: [Int32]

  /// `nil` where the new text of the statements is not a run of statements without mistakes, on lines of their own.
  init?(
    of statements: Statements, in old: SyntaxTree, by source: [UInt8], _ edited: Range<Int>, _ count: Int
  ) {
    let (first, end) = (statements.tokens.lowerBound, statements.tokens.upperBound)
    growth = count - edited.count
    let start = Int(old.tokens.start(first))
    let nextStart = Int(old.tokens.start(end)) + growth
    // The line is read to its end: what is left of it may have been a comment.
    var lineEnd = max(Int(old.tokens.end(end - 1)), edited.upperBound) + growth
    while lineEnd < nextStart, source[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
    guard old.tokens.followsNewline(first), old.tokens.indentation(first) > 0,
      !old.tokens.kinds[end].continuesLine, old.tokens.kinds[end] != .star, edited.upperBound + growth < nextStart,
      lineEnd < nextStart,
      let tokens = Lexer.lex(source, line: start..<lineEnd, indentation: Int(old.tokens.indentation(first))),
      // What goes on from the line before belongs to another statement.
      let head = tokens.kinds.first, !head.continuesLine, head != .star,
      let parsed = Parser.parseStatements(source, file: old.file, tokens: tokens)
    else { return nil }
    self.old = old
    self.source = source
    self.statements = statements
    self.tokens = tokens
    (nodes, roots) = parsed
  }

  /// The old tree with the new statements in place of the old ones.
  func tree(file: UInt32) -> SyntaxTree {
    let range = statements.tokens
    // The last of the new tokens only ends them.
    let count = tokens.count - 1
    var tokens = old.tokens
    tokens.replace(range, with: self.tokens, count: count, growth: growth)
    return SyntaxTree(
      file: file, source: source, tokens: tokens, diagnostics: [],
      nodes: splicedNodes(firstToken: range.lowerBound, moreTokens: count - range.count))
  }

  private func splicedNodes(firstToken: Int, moreTokens: Int) -> [SyntaxTreeBuilder.Node] {
    let replaced = statements.nodes
    let first = Int32(truncatingIfNeeded: replaced.lowerBound)
    let moreNodes = Int32(truncatingIfNeeded: nodes.count - replaced.count)
    let endToken = UInt32(truncatingIfNeeded: statements.tokens.upperBound)
    /// The place of an old node that is kept, or of the first new one for the first that is not.
    func moved(_ index: Int32) -> Int32 { index < first ? index : index + moreNodes }
    func moved(token: UInt32) -> UInt32 {
      token < endToken ? token : UInt32(truncatingIfNeeded: Int(token) + moreTokens)
    }
    let firstRoot = first + (roots.first ?? 0)
    let count = old.nodes.count + Int(moreNodes)
    return [SyntaxTreeBuilder.Node](unsafeUninitializedCapacity: count) { result, initialized in
      initialized = count
      old.nodes.withUnsafeBufferPointer { old in
        let before = old[..<replaced.lowerBound]
        var next = result[before.indices].initialize(fromContentsOf: before)
        // Nothing before the statements goes on behind their first token.
        for index in before.indices where result[index].nextSibling >= first {
          let sibling = result[index].nextSibling
          result[index].nextSibling = sibling == statements.first.index ? firstRoot : moved(sibling)
        }
        for index in nodes.indices {
          var node = nodes[index]
          node.firstToken += UInt32(truncatingIfNeeded: firstToken)
          node.endToken += UInt32(truncatingIfNeeded: firstToken)
          if node.firstChild >= 0 { node.firstChild += first }
          if node.nextSibling >= 0 { node.nextSibling += first }
          if Int32(truncatingIfNeeded: index) == roots.last {
            node.nextSibling = moved(old[replaced.upperBound].nextSibling)
          }
          result.initializeElement(at: next, to: node)
          next += 1
        }
        let behind = old[(replaced.upperBound + 1)...]
        if moreNodes == 0, moreTokens == 0, firstRoot == statements.first.index {
          _ = result[next...].initialize(fromContentsOf: behind)
          return
        }
        for var node in behind {
          node.firstToken = moved(token: node.firstToken)
          node.endToken = moved(token: node.endToken)
          node.firstChild = node.firstChild == statements.first.index ? firstRoot : moved(node.firstChild)
          node.nextSibling = moved(node.nextSibling)
          result.initializeElement(at: next, to: node)
          next += 1
        }
      }
    }
  }
}

extension Parser {
  /// Parses tokens that are whole statements of a declaration's body, closed by `endOfFile`.
  ///
  /// - Returns: their nodes, and which of them are the statements; `nil` where anything is wrong with them.
  fileprivate static func parseStatements(
    _ source: [UInt8], file: UInt32, tokens: Tokens
  ) -> (nodes: [SyntaxTreeBuilder.Node], statements: [Int32])? {
    var parser = Parser(source: source, file: file, tokens: tokens)
    guard parser.brackets.isBalanced else { return nil }
    var roots: [Int32] = []
    parser.enterBody()
    while parser.tokens.kinds[parser.position] != .endOfFile {
      parser.statementStart = parser.position
      let before = parser.position
      parser.parseStatement()
      guard parser.position > before, parser.at(.newline) || parser.at(.endOfFile), parser.hasNoProblems,
        let root = parser.builder.lastIndex
      else {
        return nil
      }
      if let last = roots.last { parser.builder.join(last, root) }
      roots.append(root)
    }
    return roots.isEmpty ? nil : (parser.builder.nodes, roots)
  }
}
