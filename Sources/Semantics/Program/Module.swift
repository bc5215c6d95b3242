package import Syntax

/// One file of a program: what it declares, and what it imports.
package struct Module: Sendable {
  package private(set) var file: SourceFile
  /// The operator sets that the file names, by domain; ai.onnx is the empty one.
  package let opsets: [String: Int]
  /// The file's `use onnx`; its start where there is none.
  package let opsetPlace: Place
  /// The domains of the operator sets that the file names, in order, with what `@raw` adds to each.
  let usedDomains: [(domain: String, unknownFields: [UInt8])]
  package let models: [Declaration]
  /// The graphs for training, which stand in the file as models do.
  let trainings: [Declaration]
  /// Models, blocks and operators by name, operators also without their domain.
  package let declarations: [String: Declaration]
  /// The same, each once, as they stand in the file.
  package let declarationsInOrder: [Declaration]
  package let recipes: [Recipe]
  /// What the file imports, in order; filled in once the files are found.
  package internal(set) var imports: [Import] = []
  /// The aliases of the imports that were not found; `nil` for one that brings its names in as they are.
  package internal(set) var missingImports: [String?] = []
  /// What is wrong with the declarations themselves, syntax included.
  package internal(set) var diagnostics: [Diagnostic]

  /// An `import`, with the files that it stands for.
  package struct Import: Sendable {
    /// The name before the dot; `nil` brings the declarations in under their own names.
    package var alias: String?
    /// The numbers of the files.
    package var files: [UInt32]
    package var place: Place
    /// The declaration as the file spells it.
    package var text: String
  }

  /// The declarations of a file, its imports not followed.
  package init(_ file: SourceFile) {
    self.file = file
    var reader = DeclarationReader(diagnostics: file.tree.diagnostics, broken: BrokenText(file.tree))
    for child in file.tree.root.children { reader.read(child, in: file) }
    opsets = reader.opsets
    usedDomains = reader.usedDomains
    opsetPlace = reader.opsetPlace ?? Place(file: file.number, range: 0..<0)
    models = reader.models.filter { !$0.isTraining }
    trainings = reader.models.filter(\.isTraining)
    declarations = reader.declarations
    declarationsInOrder = reader.declarationsInOrder
    recipes = reader.recipes
    let annotations = file.tree.root.annotationProblems().filter { !reader.broken.touches($0.place.range) }
    // A file may name a set or an output twice, and a verbatim model says what its file says.
    let repeated = reader.repeatedUses.map { .duplicateUse(of: $0) } + reader.repeatedResults
    diagnostics = reader.diagnostics + (models.contains(where: \.isVerbatim) ? [] : repeated) + annotations
  }

  /// Whether the file has a verbatim model: its operators with a body are the functions of that model.
  var isVerbatim: Bool { models.contains(where: \.isVerbatim) }

  /// The module with another text, which declares the same.
  func revised(_ file: SourceFile) -> Module {
    var module = self
    module.file = file
    return module
  }

  /// The `import` declarations of the file.
  var importDeclarations: [Syntax] { file.tree.root.children.filter { $0.kind == .importDeclaration } }
}

/// Collects what a file declares.
private struct DeclarationReader {
  var opsets: [String: Int] = [:]
  var usedDomains: [(domain: String, unknownFields: [UInt8])] = []
  /// Uses that say again what one before them says.
  var repeatedUses: [Syntax] = []
  /// Results that have the names of others.
  var repeatedResults: [Diagnostic] = []
  var opsetPlace: Place?
  var models: [Declaration] = []
  var declarations: [String: Declaration] = [:]
  var declarationsInOrder: [Declaration] = []
  var recipes: [Recipe] = []
  var diagnostics: [Diagnostic]
  let broken: BrokenText

  mutating func read(_ child: Syntax, in file: SourceFile) {
    switch child.kind {
    case .useDeclaration: readUse(child)
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration:
      guard let declaration = Declaration(child, in: file) else { return }
      if let first = declarations[declaration.name] {
        diagnostics.append(.duplicateDeclaration(declaration, first: first))
        return
      }
      declarations[declaration.name] = declaration
      declarationsInOrder.append(declaration)
      diagnostics += (declaration.repeatedNames(ofResults: false) + declaration.typeProblems)
        .filter { !broken.touches($0.place.range) }
      repeatedResults += declaration.repeatedNames(ofResults: true).filter { !broken.touches($0.place.range) }
      switch declaration.kind {
      case .model: models.append(declaration)
      case .block: break
      case .operator: readOperator(declaration)
      }
    case .recipeDeclaration:
      guard let recipe = Recipe(child) else { return }
      if let first = recipes.first(where: { $0.name == recipe.name }) {
        diagnostics.append(.duplicateName(recipe.name, at: recipe.namePlace, first: first.namePlace))
      }
      recipes.append(recipe)
    default: break
    }
  }

  private mutating func readUse(_ syntax: Syntax) {
    guard let path = syntax.children.first(where: { $0.kind != .annotation }), let version = syntax.child(.integer)
    else { return }
    let name = path.dottedName ?? path.text
    let domain = name == "onnx" || name == "ai.onnx" ? "" : name
    if domain.isEmpty, opsetPlace == nil { opsetPlace = syntax.place }
    let raw = syntax.annotations.first { $0.name == "raw" }?.positional.first?.stringValue
    let unknownFields = raw.flatMap { WireFields.decode(base64: $0) }.flatMap {
      WireFields.areWellFormed($0) ? $0 : nil
    }
    usedDomains.append((name == "onnx" ? "" : name, unknownFields ?? []))
    if let first = opsets[domain] {
      if first == version.integerValue {
        repeatedUses.append(path)
      } else {
        diagnostics.append(.duplicateUse(of: path))
      }
    }
    if let value = version.integerValue, value > 0, value <= 1_000_000 { opsets[domain] = value }
  }

  /// An operator may be called without its domain, where nothing else has the name.
  private mutating func readOperator(_ declaration: Declaration) {
    guard let qualified = declaration.operatorName, !qualified.domain.isEmpty else {
      diagnostics.append(.operatorWithoutDomain(declaration))
      return
    }
    if declarations[qualified.name] == nil, qualified.overload.isEmpty { declarations[qualified.name] = declaration }
  }
}
