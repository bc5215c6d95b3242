import ArgumentParser
import Authoring
import Formats
import Graphs
import JSON
import Rewriting
import Tensors

/// `mica simplify IN OUT`.
struct SimplifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simplify",
    abstract: "Write a model that computes the same with fewer nodes, and say what was done.")

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"))
  var input: String

  @Argument(help: ArgumentHelp("The ONNX file to write.", valueName: "out"))
  var output: String

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Sizes that dimensions of the inputs have from now on, such as batch=1,sequence=128.", valueName: "NAME=SIZE"))
  var bind: [Bindings] = []

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard input.hasSuffix(".mica") || input.hasSuffix(".onnx") else {
      throw ValidationError("\(input): this version simplifies .mica and .onnx files")
    }
    guard output.hasSuffix(".onnx") else { throw ValidationError("\(output): this version writes .onnx files") }
  }

  func run() throws {
    let bindings = bind.reduce(into: [:]) { $0.merge($1.sizes) { _, new in new } }
    let model: Model
    if input.hasSuffix(".onnx") {
      guard let read = ONNXConversion.read(input) else { throw ExitCode(1) }
      model = read
    } else {
      model = try LoadedModel.elaborated(input)
    }
    let report: SimplificationReport
    let simplified: Model
    do throws(SimplificationError) {
      (simplified, report) = try Self.simplified(model, bindings)
    } catch {
      Console.error(
        Console.escaped("\(input):1:1: error[cannot-simplify]: \(error)", keepsNewlines: false))
      throw ExitCode(1)
    }
    do {
      var options = ONNXWriter.Options()
      if input.hasSuffix(".onnx") { options.externalData = .asRead(from: input) }
      try ONNXWriter.write(simplified, to: output, options: options)
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
    if json {
      Console.output(report.json.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(report.text(of: output))
    }
  }

  /// The model simplified, without what would make the file larger than it was.
  private static func simplified(
    _ model: Model, _ bindings: [String: Int]
  ) throws(SimplificationError) -> (Model, SimplificationReport) {
    let before = ONNXWriter.byteCount(of: model)
    var smallest: (model: Model, changes: Changes, bytes: Int)?
    for foldsConstants in [true, false] {
      let simplification = try Simplification(of: model, bindings: bindings, foldsConstants: foldsConstants)
      let bytes = ONNXWriter.byteCount(of: simplification.model)
      if bytes < smallest?.bytes ?? .max { smallest = (simplification.model, simplification.changes, bytes) }
      if bytes <= before { break }
    }
    guard let smallest, smallest.bytes <= before || !bindings.isEmpty else {
      return (model, SimplificationReport(before: model, after: model, bytes: (before, before), Changes()))
    }
    return (
      smallest.model,
      SimplificationReport(before: model, after: smallest.model, bytes: (before, smallest.bytes), smallest.changes)
    )
  }
}
