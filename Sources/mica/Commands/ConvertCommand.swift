import ArgumentParser
import Authoring
import Formats
import Graphs
import Semantics
import Syntax
import Tensors

/// The command `mica convert IN OUT`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model as another file: .mica as .onnx, or .onnx anew, its weights streamed.")

  @Argument(help: "A Mica file, or an ONNX file.")
  var input: String

  @Argument(help: "The ONNX file to write.")
  var output: String

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @Flag(help: "Draw the parameters from their initialisers, by fixed seeds, instead of reading the weights files.")
  var randomWeights = false

  @OptionGroup var options: ModelOptions

  private var readsONNX: Bool { input.hasSuffix(".onnx") }

  func validate() throws {
    guard input.hasSuffix(".mica") || readsONNX else {
      throw ValidationError("\(input): this version converts .mica and .onnx files")
    }
    guard output.hasSuffix(".onnx") else { throw ValidationError("\(output): this version writes .onnx files") }
    if readsONNX, model != nil || randomWeights || !options.isEmpty {
      throw ValidationError("\(input): --model, --opset, --set, --bind and --random-weights are for Mica files")
    }
  }

  func run() throws {
    let converted = readsONNX ? try readModel() : try elaborateModel()
    do {
      try ONNXWriter.write(converted, to: output)
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
    let body = converted.graph.regions[converted.graph.body]
    let bytes = body.initializers.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
    let opset = converted.opsetImports.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version
    Console.output(
      "wrote \(output): \(body.nodes.count) nodes, \(body.initializers.count) tensors of \(Quantity.bytes(bytes))"
        + (opset.map { ", opset \($0)" } ?? ""))
  }

  private func readModel() throws -> Model {
    do {
      return try ONNXReader.read(input)
    } catch {
      Console.error("\(input):1:1: error[unreadable-file]: \(error)")
      throw ExitCode(1)
    }
  }

  private func elaborateModel() throws -> Model {
    let program = try LoadedProgram(path: input)
    let declaration = try program.model(named: model)
    var elaboration = program.elaborate(declaration, options: options.options(for: declaration, of: program))
    var diagnostics: [Diagnostic] = []
    if !randomWeights {
      var binder = program.weightsBinder()
      binder.bind(&elaboration, requiresFiles: true)
      diagnostics = binder.unusedWeights()
    }
    if program.report(elaboration.diagnostics + diagnostics) { throw ExitCode(1) }
    var model = elaboration.model
    if model.producerName.isEmpty {
      model.producerName = "mica"
      model.producerVersion = Version.current
    }
    return model
  }
}
