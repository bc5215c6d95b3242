package import Syntax

/// A file's declarations, ready to be elaborated.
package struct Program: Sendable {
  package let file: SourceFile
  /// Operator sets that the file names, by domain; ai.onnx is the empty one.
  package let opsets: [String: Int]
  package let models: [Declaration]
  package let blocks: [String: Declaration]
  /// What is wrong with the declarations themselves, syntax included.
  package let diagnostics: [Diagnostic]

  /// The ai.onnx operator sets that graphs can be written for.
  package static let writableOpsets = 13...23

  /// Where the file says which operator set it is written for; its start where it does not.
  package let opsetPlace: Place

  /// The operator set that a text without `use onnx` is written for.
  package static let defaultOpset = 21

  package init(_ file: SourceFile) {
    self.file = file
    var diagnostics = file.tree.diagnostics
    var opsets: [String: Int] = [:]
    var models: [Declaration] = []
    var blocks: [String: Declaration] = [:]
    var declared: [String: Declaration] = [:]
    for child in file.tree.root.children {
      switch child.kind {
      case .useDeclaration:
        guard let path = child.children.first(where: { $0.kind != .annotation }), let version = child.child(.integer)
        else { break }
        let domain = path.text == "onnx" || path.text == "ai.onnx" ? "" : path.text
        if opsets[domain] != nil { diagnostics.append(.duplicateUse(of: path)) }
        if let value = version.integerValue, value > 0, value <= 1_000_000 { opsets[domain] = value }
      case .modelDeclaration, .blockDeclaration:
        guard let declaration = Declaration(child, in: file) else { break }
        if let first = declared[declaration.name] {
          diagnostics.append(.duplicateDeclaration(declaration, first: first))
          break
        }
        declared[declaration.name] = declaration
        diagnostics += declaration.repeatedNames
        if declaration.kind == .model { models.append(declaration) } else { blocks[declaration.name] = declaration }
      case .importDeclaration, .operatorDeclaration:
        diagnostics.append(.notYet(child))
      default: break
      }
    }
    let use = file.tree.root.children.first {
      $0.kind == .useDeclaration && $0.firstChild?.text.hasSuffix("onnx") == true
    }
    opsetPlace = use?.place ?? Place(file: file.number, range: 0..<0)
    if opsets[""] == nil { opsets[""] = Self.defaultOpset }
    self.opsets = opsets
    self.models = models
    self.blocks = blocks
    self.diagnostics = diagnostics
  }

  /// The block or model of a name, in this file or else in the standard library.
  func declaration(named name: String) -> Declaration? {
    blocks[name] ?? models.first { $0.name == name } ?? Library.declarations[name]
  }
}
