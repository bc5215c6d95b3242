package import Syntax

/// What an editor may fold to its first line.
package struct FoldedRange: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A body or brackets, whose last line stays.
    case brackets
    case comment
    /// `use` and `import` lines.
    case imports
  }

  package var kind: Kind
  package var range: Range<Int>
}

extension SyntaxTree {
  /// The ranges that an editor may fold, in order: bodies and brackets, comments of several lines, `use` and `import` lines.
  package func foldedRanges() -> [FoldedRange] {
    var ranges: [FoldedRange] = []
    var pending = [root]
    while let node = pending.popLast() {
      switch node.kind {
      case .body, .parameterList, .argumentList, .list, .mapLiteral, .tensorLiteral:
        ranges.append(FoldedRange(kind: .brackets, range: node.range))
      default: break
      }
      pending += node.children
    }
    for token in 0..<tokens.count where tokens.followsNewline(token) || token + 1 == tokens.count {
      for run in commentRuns(before: token) where run.count > 1 {
        ranges.append(FoldedRange(kind: .comment, range: run[0].lowerBound..<run[run.count - 1].upperBound))
      }
    }
    var imports: [Syntax] = []
    for child in Array(root.children) + [root] {
      if child.kind == .useDeclaration || child.kind == .importDeclaration {
        imports.append(child)
      } else if let first = imports.first, let last = imports.last {
        if imports.count > 1 {
          ranges.append(FoldedRange(kind: .imports, range: first.range.lowerBound..<last.range.upperBound))
        }
        imports = []
      }
    }
    return ranges.sorted { ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound) }
  }
}
