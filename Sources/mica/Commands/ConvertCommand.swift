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
    abstract: """
      Write a model as another file: .mica as .onnx, .onnx as .mica, or .onnx anew, its weights streamed; \
      or a file of weights as safetensors or .npz.
      """)

  @Argument(help: ArgumentHelp("A Mica file, or an ONNX file.", valueName: "in"), completion: .file())
  var input: String?

  @Argument(
    help: ArgumentHelp("The ONNX file to write, or the Mica file for an ONNX file.", valueName: "out"),
    completion: .file())
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
    help: ArgumentHelp("Convert every file of a list, a line each: IN, a tab, OUT.", valueName: "LIST"),
    completion: .file())
  var batch: String?

  @Option(
    help: ArgumentHelp("Write weights as several safetensors files of at most so many bytes: 500MB.", valueName: "SIZE")
  )
  var shardSize: ByteCount?

  @OptionGroup var options: ModelOptions

  func validate() throws {
    if strict, !inferShapes { throw ValidationError("--strict goes with --infer-shapes") }
    if batch != nil {
      if input != nil { throw ValidationError("--batch takes the files from its list, and no others") }
      return
    }
    guard let input, let output else { throw ValidationError("give the file to read and the file to write") }
    if isOfWeights(input, output) {
      if model != nil || randomWeights || inferShapes || operators || !options.isEmpty {
        throw ValidationError("\(input): of weights there is nothing to choose but --shard-size")
      }
      return
    }
    if shardSize != nil { throw ValidationError("--shard-size goes with weights that become .safetensors") }
    guard input.hasSuffix(".mica") || input.hasSuffix(".onnx") else {
      throw ValidationError(
        "\(input): this version converts .mica and .onnx files, and files of weights to .safetensors and .npz")
    }
    guard output.hasSuffix(".onnx") || output.hasSuffix(".mica") && input.hasSuffix(".onnx") else {
      throw ValidationError("\(output): this version writes .onnx files, and .mica files from .onnx")
    }
    if output.hasSuffix(".mica"), inferShapes {
      throw ValidationError("\(output): --infer-shapes is for ONNX files")
    }
    try validate(input: input, isONNX: input.hasSuffix(".onnx"))
  }

  /// Whether tensors alone are converted, and no graph.
  private func isOfWeights(_ input: String, _ output: String) -> Bool {
    (WeightsConversion.reads(input) || input.hasSuffix(".onnx")) && WeightsConversion.writes(output)
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
    if isOfWeights(input, output) {
      return try WeightsConversion.run(input, output, shardSize: shardSize?.bytes)
    }
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
      options.replacesSources = false
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

/// A number of bytes, `2GB` or `500MB` or digits alone; units are powers of 1000.
struct ByteCount: ExpressibleByArgument {
  var bytes: Int

  init?(argument: String) {
    let units = [("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1), ("", 1)]
    guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }),
      let number = Int(argument.dropLast(unit.count)), number > 0
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    self.bytes = bytes
  }
}
