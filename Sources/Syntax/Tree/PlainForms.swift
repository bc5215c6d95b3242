// The forms that most statements have, read off the tree without a node of their own for each part.

extension Syntax {
  /// A call as its text alone tells it: a name, names as arguments, and configuration behind them.
  package struct PlainCall: Sendable {
    /// The token of the callee.
    package var callee = 0
    /// The tokens of the arguments.
    package var arguments = InlineArray<8, Int32>(repeating: 0)
    package var argumentCount = 0
    /// The bytes from the first `name=value` to the closing bracket; empty where there is no configuration.
    package var configuration = 0..<0
    /// The bytes of the whole call.
    package var range = 0..<0

    package init() {}
  }

  /// Reads the node as a call of a plain name with names as arguments, eight at most, into `plain`, which is new; whether it
  /// is one.
  ///
  /// What stands behind the first configuration is not looked at: two calls have the same there where their texts do.
  /// The call is filled in where it is, since each of a long text's calls passes here.
  package func read(into plain: inout PlainCall) -> Bool {
    let call = tree.nodes[Int(index)]
    guard call.kind == .call, call.firstChild >= 0 else { return false }
    let callee = tree.nodes[Int(call.firstChild)]
    guard callee.kind == .name, callee.nextSibling >= 0 else { return false }
    let list = tree.nodes[Int(callee.nextSibling)]
    guard list.kind == .argumentList, callee.firstToken < callee.endToken, list.firstToken < list.endToken else {
      return false
    }
    let end = Int(tree.tokens.end(Int(list.endToken) - 1))
    plain.callee = Int(callee.firstToken)
    plain.configuration = end..<end
    plain.range = Int(tree.tokens.start(Int(callee.firstToken)))..<end
    var next = list.firstChild
    while next >= 0 {
      let argument = tree.nodes[Int(next)]
      guard argument.firstToken < argument.endToken else { return false }
      if argument.kind == .namedArgument {
        plain.configuration = Int(tree.tokens.start(Int(argument.firstToken)))..<end
        break
      }
      guard argument.kind == .name, plain.argumentCount < plain.arguments.count else { return false }
      plain.arguments[plain.argumentCount] = Int32(truncatingIfNeeded: argument.firstToken)
      plain.argumentCount += 1
      next = argument.nextSibling
    }
    return true
  }

  /// The parts of a binding `y = x`: one name alone, without a type or annotations, by its token, and the expression.
  package var plainBinding: (name: Int, expression: Syntax)? {
    let statement = tree.nodes[Int(index)]
    guard statement.kind == .binding, statement.firstChild >= 0 else { return nil }
    let target = tree.nodes[Int(statement.firstChild)]
    guard target.kind == .target, target.endToken == target.firstToken + 1, target.firstChild >= 0,
      target.nextSibling >= 0, tree.nodes[Int(target.nextSibling)].nextSibling < 0
    else { return nil }
    let name = tree.nodes[Int(target.firstChild)]
    guard name.kind == .name, name.nextSibling < 0, name.endToken == name.firstToken + 1 else { return nil }
    return (Int(name.firstToken), Syntax(tree: tree, index: target.nextSibling))
  }

  /// Whether the node says the same wherever it stands: numbers, strings, element types, and lists and tensors of them.
  package var isLiteral: Bool {
    switch kind {
    case .integer, .float, .string, .bytes, .boolean, .elementType: true
    case .list, .unary, .parenthesized, .tensorLiteral, .tensorType, .dimensions: children.allSatisfy(\.isLiteral)
    default: false
    }
  }

  /// Whether one of the node's tokens is of a kind.
  package func contains(_ kind: TokenKind) -> Bool {
    for token in tokens where tree.tokens.kinds[token] == kind { return true }
    return false
  }

  /// Whether a comment stands between the node and the token before it.
  package var followsComment: Bool {
    let first = tokens.lowerBound
    let start = first > 0 ? Int(tree.tokens.end(first - 1)) : 0
    for index in start..<Int(tree.tokens.start(first)) where tree.source[index] == UInt8(ascii: "/") { return true }
    return false
  }
}

extension SyntaxTree {
  /// The bytes of a token.
  package func bytes(_ token: Int) -> Range<Int> { tokens.range(token) }

  /// Whether the same text stands `offset` bytes further on.
  package func hasSameBytes(_ range: Range<Int>, further offset: Int) -> Bool {
    for index in range where source[index] != source[index + offset] { return false }
    return true
  }
}
