import Semantics
import Syntax

/// A token with what it means, for colours.
package struct SemanticToken: Hashable, Sendable {
  package enum Kind: Int, CaseIterable, Sendable {
    case keyword, type, parameter, variable, property, function, number, string, `operator`, namespace, decorator,
      comment
  }

  package var range: Range<Int>
  package var kind: Kind
  package var isDeclaration = false
  package var isLibrary = false
}

extension EditorView {
  /// The names, keywords and literals of a range, in order; none spans a line.
  package func semanticTokens(in range: Range<Int>) -> [SemanticToken] {
    var kinds: [Range<Int>: SemanticToken] = [:]
    classify(tree.root, in: range, &kinds)
    for token in 0..<max(0, tree.tokens.count - 1) {
      let place = tree.tokens.range(token)
      guard place.lowerBound < range.upperBound, place.upperBound > range.lowerBound, kinds[place] == nil else {
        continue
      }
      switch tree.tokens.kinds[token] {
      case .ifKeyword, .elseKeyword, .returnKeyword, .noneKeyword, .trueKeyword, .falseKeyword:
        kinds[place] = SemanticToken(range: place, kind: .keyword)
      case .integer, .float: kinds[place] = SemanticToken(range: place, kind: .number)
      case .string, .bytes: kinds[place] = SemanticToken(range: place, kind: .string)
      case .elementType: kinds[place] = SemanticToken(range: place, kind: .type)
      case .identifier: kinds[place] = SemanticToken(range: place, kind: .keyword)
      default: break
      }
    }
    return kinds.values.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private func classify(_ node: Syntax, in range: Range<Int>, _ kinds: inout [Range<Int>: SemanticToken]) {
    for (index, child) in node.children.enumerated() {
      let place = child.range
      if place.lowerBound > range.upperBound { return }
      guard place.upperBound >= range.lowerBound else { continue }
      if child.kind == .name || child.kind == .quotedName && child.firstChild == nil {
        kinds[place] = token(child, place, in: node, isFirst: index == 0)
      } else {
        classify(child, in: range, &kinds)
      }
    }
  }

  private func token(_ name: Syntax, _ place: Range<Int>, in parent: Syntax, isFirst: Bool) -> SemanticToken {
    var token = SemanticToken(range: place, kind: .variable)
    switch parent.kind {
    case .annotation: token.kind = .decorator
    case .namedArgument where isFirst: token.kind = .parameter
    case .parameter where isFirst:
      token.kind = .parameter
      token.isDeclaration = true
    case .parameterStatement, .bufferStatement, .layerStatement:
      token.kind = .property
      token.isDeclaration = true
    case .label where isFirst:
      token.kind = .property
      token.isDeclaration = true
    case .label: token.kind = .function
    case .member: token.kind = .property
    case .call where isFirst:
      token.kind = .function
      token.isLibrary = Library.declarations[name.text] != nil
    case .pipe where !isFirst:
      token.kind = .function
      token.isLibrary = Library.declarations[name.text] != nil
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration, .recipeDeclaration:
      token.kind = .function
      token.isDeclaration = true
    case .target, .constStatement:
      token.isDeclaration = true
    case .tensorType, .configurationType: token.kind = .type
    case .importDeclaration, .useDeclaration, .scopeStatement: token.kind = .namespace
    default: break
    }
    return token
  }
}
