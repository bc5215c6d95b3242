import Syntax

// Fixes that change a signature or a file's head.

extension Fix {
  /// Adds conditions to the `where` of a declaration, or a `where` before its body.
  static func assuming(_ conditions: [String], in declaration: Declaration) -> Fix? {
    guard !conditions.isEmpty else { return nil }
    let condition = conditions.joined(separator: ", ")
    let edit: Edit
    if let clause = declaration.syntax.child(.whereClause) {
      let end = clause.range.upperBound
      edit = Edit(Place(file: clause.place.file, range: end..<end), ", \(condition)")
    } else if let body = declaration.body, !body.tokens.isEmpty {
      let start = body.range.lowerBound
      edit = Edit(Place(file: body.place.file, range: start..<start), "where \(condition) ")
    } else {
      return nil
    }
    return Fix("Add `where \(condition)` to \(declaration.name)", [edit])
  }

  /// Makes a file ask for an operator set of at least `version`.
  static func raisingOpset(to version: Int, in module: Module) -> Fix {
    let use = module.file.tree.root.children.first { $0.kind == .useDeclaration && $0.place == module.opsetPlace }
    let title = "Write for opset \(version)"
    if let number = use?.child(.integer) { return Fix(title, [Edit(number.place, "\(version)")]) }
    let start = module.file.tree.root.firstChild?.range.lowerBound ?? 0
    return Fix(
      title, [Edit(Place(file: module.file.number, range: start..<start), "use onnx \(version)\n\n")])
  }
}
