import Semantics
package import Syntax

extension EditorView {
  /// Where what stands at an offset is declared: for a label, the block of its instance; for all else, its definition.
  package func declaration(at offset: Int) -> Place? {
    let path = tree.nodes(at: offset)
    if let label = path.last(.label), let name = label.firstChild, name.range.upperBound >= offset {
      return declaration(ofCalled: label)?.namePlace
    }
    return definition(at: offset)
  }

  /// The block or the declared operator that the value or the instance at an offset comes from.
  package func typeDefinition(at offset: Int) -> Place? {
    let path = tree.nodes(at: offset)
    if let label = path.last(.label), let name = label.firstChild, name.range.upperBound >= offset {
      return declaration(ofCalled: label)?.namePlace
    }
    guard let definition = definition(at: offset), definition.file == file.number,
      let statement = tree.nodes(at: definition.range.lowerBound).last(.binding, .layerStatement),
      let expression = statement.children.reversed().first(where: { $0.kind != .target })
    else { return nil }
    return declaration(ofCalled: expression)?.namePlace
  }

  /// The body of the declaration that is named at an offset; an operator that is a signature alone has none.
  package func implementation(at offset: Int) -> Place? {
    guard let definition = definition(at: offset) ?? declarationName(at: offset) else { return nil }
    let main = analysis.program.main
    let found =
      main.declarationsInOrder.first { $0.namePlace == definition }
      ?? main.declarations.values.first { $0.namePlace == definition }
      ?? Library.declarations.values.first { $0.namePlace == definition }
      ?? observedDeclarations.first { $0.namePlace == definition }
    return found?.body.flatMap { $0.tokens.isEmpty ? nil : $0.place }
  }

  private func declarationName(at offset: Int) -> Place? {
    analysis.program.main.declarationsInOrder.map(\.namePlace).first {
      $0.file == file.number && $0.range.lowerBound <= offset && offset <= $0.range.upperBound
    }
  }

  /// Those that are called, in imported files too.
  private var observedDeclarations: [Declaration] {
    analysis.elaborations.flatMap { elaboration in
      elaboration.observations.compactMap { observation in
        if case .callee(.declaration(let declaration)) = observation.meaning { declaration } else { nil }
      }
    }
  }

  /// What the last call of an expression calls.
  private func declaration(ofCalled expression: Syntax) -> Declaration? {
    switch expression.kind {
    case .pipe, .label:
      return Array(expression.children).last.flatMap { declaration(ofCalled: $0) }
    case .call:
      return expression.firstChild.flatMap { declaration(ofCalled: $0) }
    case .parenthesized:
      return expression.firstChild.flatMap { declaration(ofCalled: $0) }
    case .name, .quotedName, .member, .overload:
      if case .declaration(let declaration)? = callee(expression) { return declaration }
      return nil
    default: return nil
    }
  }
}
