package import Syntax

/// A symbol of a file, with those inside it.
package struct OutlineItem: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case model, block, `operator`, recipe, layer, parameter, scope
  }

  package var name: String
  package var detail: String
  package var kind: Kind
  package var place: Place
  /// The name alone.
  package var namePlace: Place
  package var children: [OutlineItem]
}

extension SyntaxTree {
  /// The declarations of a text with their layers, parameters and scopes.
  package func outline() -> [OutlineItem] { root.children.flatMap(\.outlineItems) }

  /// The byte ranges around an offset that one may want to select, the whole text first, each in the one before; a comment's
  /// line and those beside it among them.
  package func selections(at offset: Int) -> [Range<Int>] {
    let offset = min(offset, source.count)
    let comment = comment(at: offset)
    var around = nodes(at: offset).map(\.range)
    if let comment {
      around.removeAll { $0.lowerBound > comment.run.lowerBound || $0.upperBound < comment.run.upperBound }
      around += [comment.run, comment.own]
    }
    var ranges = [0..<source.count]
    for range in around where range != ranges.last { ranges.append(range) }
    return ranges
  }
}

extension Syntax {
  fileprivate var outlineItems: [OutlineItem] {
    let parts = children.filter { $0.kind != .annotation }
    func item(_ kind: OutlineItem.Kind, named name: Syntax, _ detail: String, _ children: [OutlineItem])
      -> [OutlineItem]
    {
      let text = name.text
      guard !text.isEmpty else { return children }
      return [
        OutlineItem(name: text, detail: detail, kind: kind, place: place, namePlace: name.place, children: children)
      ]
    }
    let inner = { self.child(.body).map { $0.children.flatMap(\.outlineItems) } ?? [] }
    switch kind {
    case .modelDeclaration: return parts.first.map { item(.model, named: $0, "model", inner()) } ?? []
    case .blockDeclaration: return parts.first.map { item(.block, named: $0, "block", inner()) } ?? []
    case .operatorDeclaration: return parts.first.map { item(.operator, named: $0, "operator", inner()) } ?? []
    case .recipeDeclaration: return parts.first.map { item(.recipe, named: $0, "recipe", []) } ?? []
    case .scopeStatement: return parts.first.map { item(.scope, named: $0, "scope", inner()) } ?? []
    case .parameterStatement, .bufferStatement:
      let type = parts.first { $0.kind.isType }?.text ?? ""
      return parts.first.map { item(.parameter, named: $0, type, []) } ?? []
    case .layerStatement: return parts.first.map { item(.layer, named: $0, "layer", []) } ?? []
    case .label:
      guard let (name, call) = pair else { return [] }
      let callee = call.kind == .call ? call.firstChild ?? call : call
      return item(.layer, named: name, callee.text, call.children.flatMap(\.outlineItems))
    case .parameterList, .resultList, .name: return []
    default: return children.flatMap(\.outlineItems)
    }
  }
}
