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
        if declaration.kind == .model { models.append(declaration) } else { blocks[declaration.name] = declaration }
      case .importDeclaration, .operatorDeclaration:
        diagnostics.append(.notYet(child))
      default: break
      }
    }
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
