import Syntax
import Testing

extension Syntax {
  /// The node on one line: leaves as they are written, operators before their operands, the rest by kind.
  ///
  /// `·` is something left out.
  var outline: String {
    let inner = children.map(\.outline)
    switch kind {
    case .omitted: return "·"
    case .unary, .binary, .pipe, .range: return "(\(operatorText) \(inner.joined(separator: " ")))"
    case .name, .integer, .float, .string, .bytes, .boolean, .elementType, .none, .discard, .ellipsis,
      .unknownDimension, .unknownType:
      return text
    case .quotedName where inner.isEmpty: return text
    default: return "(\(([kind.spelling] + inner).joined(separator: " ")))"
    }
  }

  /// The operator between a node's operands, or before its only one.
  private var operatorText: String {
    let operands = Array(children)
    let token = operands.count == 1 ? tokens.lowerBound : operands[0].tokens.upperBound
    return tree.text(token)
  }
}

extension SyntaxKind {
  /// The kind's name, shortened where a test would be all kind and no text.
  fileprivate var spelling: String {
    switch self {
    case .argumentList: "args"
    case .namedArgument: "="
    case .parameterList: "parameters"
    case .parenthesized: "paren"
    case .tensorType: "tensor"
    case .dimensions: "dims"
    case .configurationType: "config"
    default: "\(self)"
    }
  }
}

/// The outline of a text that is one expression, and the problems in it.
func outline(expression text: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  let tree = SyntaxTree.parseExpression(Array(text.utf8))
  expectInvariants(tree, sourceLocation: sourceLocation)
  return (tree.root.children.map(\.outline) + tree.problems).joined(separator: "\n")
}

/// The outlines of the statements of a body, one a line, and the problems in it.
func outline(body text: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  let tree = SyntaxTree.parse(Array("block B() {\n\(text)\n}\n".utf8))
  expectInvariants(tree, sourceLocation: sourceLocation)
  let bodies = tree.root.children.compactMap { $0.child(.body) }
  return (bodies.flatMap { $0.children.map(\.outline) } + tree.problems).joined(separator: "\n")
}

/// The outlines of the declarations of a file, one a line, and the problems in it.
func outline(file text: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  let tree = SyntaxTree.parse(Array(text.utf8))
  expectInvariants(tree, sourceLocation: sourceLocation)
  return (tree.root.children.map(\.outline) + tree.problems).joined(separator: "\n")
}

extension SyntaxTree {
  /// The diagnostics as `! identifier`, one each.
  var problems: [String] { diagnostics.map { "! \($0.identifier)" } }
}
