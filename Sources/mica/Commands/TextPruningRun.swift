import ArgumentParser
import Authoring
import Checkpoints
import Compression
import Semantics
import Syntax
import Tensors
import Workspace

/// The pruning of a model's text: a text and its weights are written, or neither.
enum TextPruningRun {
  /// Writes the pruned text and its weights, where there is a file to write, and gives what was done.
  static func run(
    _ input: String, _ output: String?, named name: String?, _ options: PruningOptions
  ) throws -> (pruned: TextPruning, weights: String?) {
    let program = try LoadedProgram(path: input)
    let declaration = try program.model(named: name)
    let given = program.project.options(
      for: declaration, of: program.program, given: ElaborationOptions(), bindsDimensions: false)
    var elaboration = program.elaborate(declaration, options: given)
    var binder = program.weightsBinder()
    binder.bind(&elaboration, requiresFiles: true)
    if program.report(elaboration.diagnostics) { throw ExitCode(1) }
    if let output, program.program.files.count > 1, folder(of: output) != folder(of: input) {
      try fail(output, "the text imports others by their places; write it into the folder of \(input)")
    }
    let target = output ?? "\(input.dropLast(5)).pruned.mica"
    let weightsName = String((target.split(separator: "/").last ?? "").dropLast(5)) + ".safetensors"
    let pruned: TextPruning
    do throws(TextPruningError) {
      pruned = try TextPruning(elaboration, in: program.file, options, weightsName: weightsName, .init())
    } catch {
      try fail(input, "\(error)")
    }
    guard let output else { return (pruned, nil) }
    let weightsPath = folder(of: output) + weightsName
    do {
      // The text that names the weights appears behind them.
      let text = try OutputFile(path: output)
      try text.write(pruned.text)
      try SafetensorsWriter.write(pruned.weights, to: weightsPath)
      try text.commit()
    } catch {
      Console.error(Console.escaped("\(output):1:1: error[unwritable-file]: \(error)", keepsNewlines: false))
      throw ExitCode(1)
    }
    return (pruned, weightsPath)
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func fail(_ path: String, _ message: String) throws -> Never {
    Console.error(Console.escaped("\(path):1:1: error[cannot-prune]: \(message)", keepsNewlines: false))
    throw ExitCode(1)
  }
}
