import Authoring
import JSON
import Recipes
import Semantics
import Syntax

/// Runs a recipe of an open document, on the text as it is in the editor: `mica.runRecipe`.
struct RecipeRunning {
  private let recipe: Recipe
  private let writing: ModelWriting

  /// - Parameter argument: `uri`, `version` and `recipe`.
  /// - Throws: where the text is another one by now, or has no such recipe.
  init(_ document: Document, _ argument: JSONValue?, _ context: RequestContext) throws(ResponseError) {
    try ModelWriting.checkVersion(of: document, argument, context)
    let name = argument?["recipe"]?.stringValue ?? ""
    let recipes = Recipe.all(in: document.file.tree)
    guard let recipe = recipes.first(where: { $0.name == name }) else {
      let message = "the document has no recipe `\(name)`"
      context.client.show(.error, message)
      throw ResponseError(.invalidParams, message)
    }
    self.recipe = recipe
    let view = document.view
    let own = view.analysis.diagnostics.first {
      $0.severity == .error && $0.place.file == document.number
        && recipe.syntax.range.contains($0.place.range.lowerBound)
    }
    if let own {
      let message = "the recipe \(name) was not run: \(own.message)"
      context.client.show(.error, message)
      throw ResponseError(.requestFailed, message)
    }
    writing = try ModelWriting(document, model: recipe.model.plainName, context)
  }

  /// Does the steps, writes the files, and shows what became of the model.
  func run() async throws(ResponseError) -> JSONValue {
    let (report, answer) = try await writing.run("Running \(recipe.name)") {
      progress throws(ResponseError) -> (ShownReport, JSONValue) in
      let opset: Int?
      do throws(RecipeProblem) { opset = try recipe.exportedOpset() } catch { throw failure(RecipeError(error)) }
      let elaboration = try writing.elaborated(progress, opset: opset)
      do throws(RecipeError) { return try run(on: elaboration, progress) } catch { throw failure(error) }
    }
    await report.show(writing.context.client)
    return answer
  }

  private func run(
    on elaboration: Elaboration, _ progress: Progress
  ) throws(RecipeError) -> (ShownReport, JSONValue) {
    let run = try RecipeRun(recipe, on: elaboration, ofTextAt: writing.document.path) { work, done, total in
      progress.report(total > 0 ? "\(work) \(done) of \(total)" : work)
      return !progress.isCancelled
    }
    try run.write { progress.isCancelled }
    let text = run.text(isWritten: true)
    let summary = run.exports.map(\.path).joined(separator: ", ")
    let report = ShownReport(name: "\(recipe.name).recipe", title: "\(recipe.name), \(recipe.model.text)", text: text)
    writing.context.client.show(.info, "Ran \(recipe.name): wrote \(summary)")
    let files: [JSONValue] = run.exports.map {
      ["path": .string($0.path), "uri": .string(DocumentURI(path: $0.path).text)]
    }
    return (report, ["files": .array(files), "report": .string(text), "run": run.json(isWritten: true)])
  }

  private func failure(_ error: RecipeError) -> ResponseError {
    if error.isCancellation { return ResponseError(.requestCancelled, "cancelled; nothing was written") }
    let line = error.place.map { writing.document.positions.position(of: $0.range.lowerBound).line + 1 }
    return ResponseError(
      .requestFailed, "the recipe \(recipe.name) was not run: \(line.map { "line \($0): " } ?? "")\(error.message)")
  }
}
