import Authoring
import Compression
import Execution
import Formats
package import Graphs
package import JSON
package import Semantics
import Syntax
import Workspace

/// The steps of a recipe, done one after another on a model; files are written behind the last of them.
///
/// A model between two steps is a graph whose tensors are computed while somebody reads them, so that none is in memory as a
/// whole, and a step that fails leaves no file of the steps before it.
package struct RecipeRun {
  /// A model that is to be written.
  package struct Export {
    package let path: String
    package let model: Model
  }

  /// The model as the steps so far have made it.
  var model: Model
  /// What the steps said, in order.
  package private(set) var reports: [StepReport] = []
  package private(set) var exports: [Export] = []
  /// The folder of the text, with a slash at its end, or empty.
  let folder: String
  let layers: LayerNames
  let progress: StaticQuantization.Progress
  private let recipe: Recipe
  private let source: String?
  private let bytesBefore: Int

  /// - Parameters:
  ///   - elaboration: the recipe's model, weights bound, for the operator set of `Recipe.exportedOpset()`.
  ///   - path: of the text; files that it names are beside it.
  ///   - progress: is told what is being done, and how much of how much of it; `false` ends it.
  package init(
    _ recipe: Recipe, on elaboration: Elaboration, ofTextAt path: String,
    progress: @escaping StaticQuantization.Progress
  ) throws(RecipeError) {
    self.recipe = recipe
    self.progress = progress
    model = elaboration.model
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    layers = LayerNames(elaboration)
    source = elaboration.importedFile(ofTextAt: path)
    bytesBefore = ONNXWriter.byteCount(of: elaboration.model)
    guard recipe.calls.contains(where: { $0.name == "export" }) else {
      throw RecipeError(
        "no-export", "the recipe has no step `export(\"NAME.onnx\")`, and nothing would be written", at: nil)
    }
    for call in recipe.calls {
      guard let rule = StepRule.all[call.name] else {
        throw RecipeError("step-not-run", "this version of Mica does not run `\(call.name)` yet", at: call.place)
      }
      guard progress(call.name, 0, 0) else { throw .cancelled }
      let report = try rule.run(&self, call)
      reports.append(report)
    }
  }

  /// A file that the recipe names, which is beside the text.
  func path(_ name: String) -> String { name.hasPrefix("/") ? name : folder + name }

  /// Notes that the model as it is now is to be written.
  mutating func export(to path: String, _ call: RecipeCall) throws(RecipeError) {
    guard !exports.contains(where: { $0.path == path }) else {
      throw RecipeError(call.exportedTwice)
    }
    exports.append(Export(path: path, model: model))
  }

  /// Writes the files, each whole or not at all, with the folders that they are in.
  package func write(isCancelled: @escaping @Sendable () -> Bool = { false }) throws(RecipeError) {
    for export in exports {
      guard progress("writing \(export.path)", 0, 0) else { throw .cancelled }
      do {
        if let slash = export.path.lastIndex(of: "/"), slash != export.path.startIndex {
          try FolderListing.create(String(export.path[..<slash]))
        }
        var options = ONNXWriter.Options()
        options.isCancelled = isCancelled
        options.replacesSources = false
        if let source { options.externalData = .asRead(from: source) }
        try ONNXWriter.write(export.model, to: export.path, options: options)
      } catch {
        throw isCancelled() ? .cancelled : RecipeError("unwritable-file", "\(error)", at: nil)
      }
    }
    if isCancelled() { throw .cancelled }
  }

  // MARK: What is said of it

  /// - Parameter isWritten: whether the files are there.
  package func text(isWritten: Bool) -> String {
    var lines = reports.flatMap { ["\($0.step): \($0.summary)"] + $0.details.map { "  " + $0 } }
    for export in exports {
      let bytes = ONNXWriter.byteCount(of: export.model)
      lines.append(
        "\(isWritten ? "wrote" : "would write") \(export.path): \(Quantity.bytes(bytes)) of \(Quantity.bytes(bytesBefore))"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// The same as an object.
  package func json(isWritten: Bool) -> JSONValue {
    [
      "recipe": .string(recipe.name), "model": .string(recipe.model.plainName ?? ""),
      "steps": .array(reports.map { ["step": .string($0.step), "summary": .string($0.summary), "report": $0.json] }),
      "written": .bool(isWritten),
      "exports": .array(
        exports.map { export in
          [
            "path": .string(export.path),
            "bytes": [
              "before": .integer(Int64(bytesBefore)), "after": .integer(Int64(ONNXWriter.byteCount(of: export.model))),
            ],
          ]
        }),
    ]
  }
}
