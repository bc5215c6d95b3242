package import Syntax

extension Program {
  /// Hints of the imports none of whose names the file has anywhere else.
  ///
  /// Looks at every name of the file, where it imports something.
  package var unusedImports: [Diagnostic] {
    let module = main
    guard !module.imports.isEmpty, !module.isVerbatim else { return [] }
    let tree = file.tree
    let declarations = module.importDeclarations
    let used = tree.names(besides: declarations.map(\.range))
    return declarations.compactMap { declaration in
      guard let found = module.imports.first(where: { $0.text == declaration.text }) else { return nil }
      let brought = found.alias.map { [$0] } ?? found.files.flatMap { names(in: $0) }
      guard !brought.contains(where: used.contains) else { return nil }
      return .unusedImport(declaration)
    }
  }

  /// What a file declares, operators by their names in their domains.
  private func names(in file: UInt32) -> [String] {
    let module = modules[file] ?? Library.modules[file]
    return module?.declarationsInOrder.map { $0.operatorName?.name ?? $0.name } ?? []
  }
}

extension Diagnostic {
  fileprivate static func unusedImport(_ declaration: Syntax) -> Diagnostic {
    let what = declaration.children.first { $0.kind != .annotation }?.text ?? declaration.text
    return Diagnostic(
      "unused-import", "nothing here uses what \(what) declares", at: declaration.place, severity: .hint,
      fixes: [Fix("Remove the import", [Fix.Edit(declaration.wholeLines, "")])])
  }
}

extension SyntaxTree {
  /// The names that stand in the text outside of some ranges.
  fileprivate func names(besides ranges: [Range<Int>]) -> Set<String> {
    var names: Set<String> = []
    for token in 0..<tokens.count where tokens.kinds[token] == .identifier || tokens.kinds[token] == .quotedName {
      let place = tokens.range(token)
      guard !ranges.contains(where: { $0.overlaps(place) }) else { continue }
      let text = text(token)
      names.insert(tokens.kinds[token] == .quotedName ? String(text.dropFirst().dropLast()) : text)
    }
    return names
  }
}
