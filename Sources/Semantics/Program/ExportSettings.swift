/// What an `export` step of a recipe asks for.
package struct ExportSettings: Sendable {
  /// As the recipe has it: relative to the text, or absolute.
  package let path: String
  /// `nil` for the operator set of the text.
  package let opset: Int?

  /// - Throws: where no such file is written.
  package init(_ call: RecipeCall) throws(RecipeProblem) {
    path = call.text("path") ?? ""
    guard path.hasSuffix(".onnx"), !path.hasSuffix("/.onnx"), path != ".onnx" else {
      throw call.problem("path", "this version exports .onnx files, and this is '\(path)'")
    }
    opset = call.integer("opset")
    let range = Program.writableOpsets
    if let opset, !range.contains(opset) {
      throw call.problem(
        "opset",
        "files are written for operator set \(range.lowerBound) to \(range.upperBound), and this is \(opset)")
    }
  }
}

extension RecipeCall {
  /// That a step before exports to the same file.
  package var exportedTwice: RecipeProblem {
    problem("path", "'\(text("path") ?? "")' is written by a step before")
  }
}
