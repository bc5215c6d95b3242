import ArgumentParser
import JSON
import Recipes
import Semantics

/// `mica run RECIPE FILE`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a recipe: its steps on its model, and the files that it exports.")

  @Argument(help: ArgumentHelp("The name of the recipe.", valueName: "recipe"))
  var recipe: String

  @Argument(help: ArgumentHelp("The Mica file that it is in.", valueName: "file"), completion: .texts)
  var file: String

  @Flag(help: "Do the steps and say what they change, and write nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard file.hasSuffix(".mica") else {
      let isTurned = recipe.hasSuffix(".mica")
      throw ValidationError(
        isTurned
          ? "the name of the recipe comes first: mica run \(file) \(recipe)"
          : "\(file): recipes are in .mica files; `mica convert` makes one of an ONNX file")
    }
  }

  func run() throws {
    let program = try LoadedProgram(path: file)
    let recipe = try program.recipe(named: recipe)
    do {
      let elaboration = try LoadedModel.elaboration(of: recipe, in: program)
      let run = try RecipeRun(recipe, on: elaboration, ofTextAt: file) {
        Progress.show($0, $1, $2)
        return true
      }
      if !dryRun { try run.write() }
      Progress.clear()
      if json {
        Console.output(run.json(isWritten: !dryRun).serialized(pretty: true) + [UInt8(ascii: "\n")])
      } else {
        Console.output(run.text(isWritten: !dryRun))
      }
    } catch let problem as RecipeProblem {
      program.printer.print([problem.diagnostic])
      throw ExitCode(1)
    } catch let error as RecipeError {
      Progress.clear()
      program.printer.print([error.diagnostic(of: recipe)])
      throw ExitCode(1)
    }
  }
}
