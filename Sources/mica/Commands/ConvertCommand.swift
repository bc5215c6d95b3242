import ArgumentParser
import Authoring
import Formats
import Graphs
import Semantics
import Syntax
import Tensors
import Workspace

/// The command `mica convert IN OUT`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model as another file: .mica as .onnx, .onnx as .mica, or .onnx anew, its weights streamed.")

  @Argument(help: ArgumentHelp("A Mica file, or an ONNX file.", valueName: "in"))
  var input: String?

  @Argument(help: ArgumentHelp("The ONNX file to write, or the Mica file for an ONNX file.", valueName: "out"))
  var output: String?

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @Flag(help: "Draw the parameters from their initialisers, by fixed seeds, instead of reading the weights files.")
  var randomWeights = false

  @Flag(help: "Write the types of all values of an ONNX file into it, and change nothing else.")
  var inferShapes = false

  @Flag(help: "With --infer-shapes: write nothing where the file contradicts itself.")
  var strict = false

  @Flag(help: "Write a statement for each node of an ONNX file, instead of a text for reading.")
  var operators = false

  @Option(
    help: ArgumentHelp("Convert every file of a list, a line each: IN, a tab, OUT.", valueName: "LIST"))
  var batch: String?

  @OptionGroup var options: ModelOptions

  func validate() throws {
    if strict, !inferShapes { throw ValidationError("--strict goes with --infer-shapes") }
    if batch != nil {
      if input != nil { throw ValidationError("--batch takes the files from its list, and no others") }
      return
    }
    guard let input, let output else { throw ValidationError("give the file to read and the file to write") }
    guard input.hasSuffix(".mica") || input.hasSuffix(".onnx") else {
      throw ValidationError("\(input): this version converts .mica and .onnx files")
    }
    guard output.hasSuffix(".onnx") || output.hasSuffix(".mica") && input.hasSuffix(".onnx") else {
      throw ValidationError("\(output): this version writes .onnx files, and .mica files from .onnx")
    }
    if output.hasSuffix(".mica"), inferShapes {
      throw ValidationError("\(output): --infer-shapes is for ONNX files")
    }
    try validate(input: input, isONNX: input.hasSuffix(".onnx"))
  }

  private func validate(input: String, isONNX: Bool) throws {
    if isONNX, model != nil || randomWeights || !options.isEmpty {
      throw ValidationError("\(input): --model, --opset, --set, --bind and --random-weights are for Mica files")
    }
    if !isONNX, inferShapes {
      throw ValidationError("\(input): --infer-shapes is for ONNX files")
    }
  }

  func run() throws {
    let conversion = ONNXConversion(infersShapes: inferShapes, isStrict: strict)
    if let batch { return try run(conversion, list: batch) }
    guard let input, let output else { return }
    guard let converted = convert(input, output, conversion) else { throw ExitCode(1) }
    let body = converted.graph.regions[converted.graph.body]
    let bytes = body.initializers.reduce(0) { $0 + ($1.tensor.byteCount ?? 0) }
    let opset = converted.opsetImports.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version
    Console.output(
      "wrote \(output): \(body.nodes.count) nodes, \(body.initializers.count) tensors of \(Quantity.bytes(bytes))"
        + (opset.map { ", opset \($0)" } ?? ""))
  }

  /// Converts one file, and gives the model; `nil` where a problem was printed that kept it from that.
  private func convert(_ input: String, _ output: String, _ conversion: ONNXConversion) -> Model? {
    guard input.hasSuffix(".mica") else {
      return output.hasSuffix(".mica")
        ? TextConversion.run(input, output, operators: operators) : conversion.run(input, output)
    }
    guard
      let (model, source) = try? LoadedModel.elaboratedWithSource(
        input, named: model, options: options, drawsParameters: randomWeights)
    else { return nil }
    do {
      var options = ONNXWriter.Options()
      if let source { options.externalData = .asRead(from: source) }
      try ONNXWriter.write(model, to: output, options: options)
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      return nil
    }
    return model
  }

  private func run(_ conversion: ONNXConversion, list path: String) throws {
    guard let list = ConversionList.read(path) else { throw ExitCode(1) }
    try list.run { convert($0, $1, conversion) != nil }
  }
}
