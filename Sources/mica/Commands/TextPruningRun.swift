import ArgumentParser
import Authoring
import Checkpoints
import Compression
import Formats
import Glibc
import Graphs
import Operators
import Semantics
import Syntax
import Tensors
import Workspace

/// The pruning of a model's text: a text and its weights are written, or neither.
enum TextPruningRun {
  /// Writes the pruned text and its weights, and says what was done.
  ///
  /// - Parameters:
  ///   - output: the text to write; `nil` for none, where all is tried that comes before.
  ///   - options: how the model is pruned.
  ///   - rebuilding: what takes the place of stored tensors of the model, in their former shapes.
  static func run(
    _ input: String, _ output: String?, named name: String?, options: (Model) throws -> PruningOptions,
    rebuilding: (PruningPlan, Model) throws -> [Value.ID: Tensor]
  ) throws -> PruningReport {
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
    let options = try options(elaboration.model)
    if elaboration.isVerbatim || !elaboration.references.isEmpty {
      return try runOnImported(elaboration, in: program, input, output, binder.files, options, rebuilding)
    }
    let weightsName = Self.name(of: output ?? input) + ".safetensors"
    if let output { try checkFree(folder(of: output) + weightsName, besides: binder.files, of: output) }
    var pruned: TextPruning
    do throws(TextPruningError) {
      pruned = try TextPruning(elaboration, in: program.file, options, weightsName: weightsName, .init())
    } catch {
      try fail(input, "\(error)")
    }
    let tensors = try rebuilding(pruned.plan, elaboration.model)
    if !tensors.isEmpty { try pruned.take(tensors) }
    guard let output else { return PruningReport(pruned.plan, pruned.model.graph, output: nil) }
    let weightsPath = folder(of: output) + weightsName
    do {
      // The text that names the weights appears behind them.
      let text = try OutputFile(path: output)
      try text.write(pruned.text)
      try SafetensorsWriter.write(pruned.weights, to: weightsPath)
      try text.commit()
    } catch {
      try fail(output, "\(error)", "unwritable-file")
    }
    return PruningReport(pruned.plan, pruned.model.graph, output: "\(output) and \(weightsPath)")
  }

  /// Prunes a text of an ONNX file, whose tensors it names: they go to a new ONNX file, and the text says what differs.
  private static func runOnImported(
    _ elaboration: Elaboration, in program: LoadedProgram, _ input: String, _ output: String?, _ read: Set<String>,
    _ options: PruningOptions, _ rebuilding: (PruningPlan, Model) throws -> [Value.ID: Tensor]
  ) throws -> PruningReport {
    guard program.program.files.count == 1, program.program.models.count == 1 else {
      try fail(input, "a text of an ONNX file is pruned where it has one model and imports nothing")
    }
    let weights = output.map { "\(folder(of: $0))\(Self.name(of: $0)).weights.onnx" }
    if let output, let weights { try checkFree(weights, besides: read, of: output) }
    let plan: PruningPlan
    let pruned: Model
    do throws(PruningError) {
      plan = try PruningPlan(of: elaboration.model, ModelInference(of: elaboration.model), options)
    } catch { try fail(input, "\(error)") }
    guard plan.groups.contains(where: { !$0.removed.isEmpty }) else {
      try fail(input, plan.emptiness)
    }
    let tensors = try rebuilding(plan, elaboration.model)
    do throws(PruningError) { pruned = try plan.applied(tensors) } catch { try fail(input, "\(error)") }
    guard let output, let weights else { return PruningReport(plan, pruned.graph, output: nil) }
    let source = elaboration.importedFile(ofTextAt: input)
    let isThere = access(weights, F_OK) == 0
    do {
      let text = try OutputFile(path: output)
      var writing = ONNXWriter.Options()
      writing.replacesSources = false
      if let source { writing.externalData = .asRead(from: source) }
      try ONNXWriter.write(pruned, to: weights, options: writing)
      do {
        try text.write(
          ModelText.text(
            of: try ONNXReader.read(weights), in: weights, at: output, after: program.file.tree, elaboration.declaration
          ))
        try text.commit()
      } catch {
        if !isThere {
          unlink(weights)
          unlink(weights + ".data")
        }
        throw error
      }
    } catch let error as InexpressibleModel {
      try fail(output, "this model \(error)", "inexpressible-model")
    } catch {
      try fail(output, "\(error)", "unwritable-file")
    }
    return PruningReport(plan, pruned.graph, output: "\(output) and \(weights)")
  }

  /// Whether a file for the weights of the new text may be written: none that the old one reads, nor anybody else's.
  private static func checkFree(_ weights: String, besides read: Set<String>, of output: String) throws {
    do throws(FileError) {
      try ModelOutput.checkDistinct(weights, from: Array(read))
    } catch {
      try fail(
        weights, "the text that is pruned takes its weights from this file; give the new text another name",
        "unwritable-file")
    }
    guard access(weights, F_OK) != 0 || ModelOutput.isOwn(weights, ofTextAt: output) else {
      try fail(
        weights,
        "the text needs a file for its weights, and this one is there already; move it, or give the text another name",
        "unwritable-file")
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The name of a text's file without `.mica`.
  private static func name(of path: String) -> String { String((path.split(separator: "/").last ?? "").dropLast(5)) }

  private static func fail(_ path: String, _ message: String, _ identifier: String = "cannot-prune") throws -> Never {
    Console.error(Console.escaped("\(path):1:1: error[\(identifier)]: \(message)", keepsNewlines: false))
    throw ExitCode(1)
  }
}
