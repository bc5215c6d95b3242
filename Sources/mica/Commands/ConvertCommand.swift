import ArgumentParser
import Authoring
import Formats
import Graphs
import Semantics
import Syntax
import Tensors

/// `mica convert IN OUT`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a model as another format, which the extension tells: .mica to .onnx.")

  @Argument(help: "A Mica file.")
  var input: String

  @Argument(help: "The ONNX file to write.")
  var output: String

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @Flag(help: "Draw the parameters from their initialisers, by fixed seeds, instead of reading the weights files.")
  var randomWeights = false

  @OptionGroup var options: ModelOptions

  func validate() throws {
    guard input.hasSuffix(".mica") else { throw ValidationError("\(input): this version converts .mica files") }
    guard output.hasSuffix(".onnx") else { throw ValidationError("\(output): this version writes .onnx files") }
  }

  func run() throws {
    let program = try LoadedProgram(path: input)
    let declaration = try program.model(named: model)
    var elaboration = program.program.elaborate(declaration, options: options.options)
    var diagnostics: [Diagnostic] = []
    if !randomWeights {
      var binder = program.weightsBinder()
      binder.bind(&elaboration, requiresFiles: true)
      diagnostics = binder.unusedWeights()
    }
    program.printer.print(elaboration.diagnostics + diagnostics)
    if elaboration.hasErrors { throw ExitCode(1) }
    var model = elaboration.model
    model.producerName = "mica"
    model.producerVersion = Version.current
    do {
      try ONNXWriter.write(model, to: output)
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
    let body = model.graph.regions[model.graph.body]
    let bytes = body.initializers.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
    Console.output(
      "wrote \(output): \(body.nodes.count) nodes, \(body.initializers.count) tensors of \(Quantity.bytes(bytes)), "
        + "opset \(elaboration.opsets[""] ?? 0)")
  }
}
