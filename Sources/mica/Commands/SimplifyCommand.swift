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

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"), completion: .models)
  var input: String?

  @Argument(help: ArgumentHelp("The ONNX or Mica file to write.", valueName: "out"), completion: .models)
  var output: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Sizes that dimensions of the inputs have from now on, such as batch=1,sequence=128.", valueName: "NAME=SIZE"))
  var bind: [Bindings] = []

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp("Simplify every file of a list, a line each: IN, a tab, OUT.", valueName: "LIST"),
    completion: .file())
  var batch: String?

  func validate() throws {
    if batch != nil {
      if input != nil { throw ValidationError("--batch takes the files from its list, and no others") }
      if json { throw ValidationError("--json is for one file") }
      return
    }
    guard let input, let output else { throw ValidationError("give the file to read and the file to write") }
    guard input.hasSuffix(".mica") || input.hasSuffix(".onnx") else {
      throw ValidationError("\(input): this version simplifies .mica and .onnx files")
    }
    try ModelOutput.check(output, "simplify")
  }

  func run() throws {
    let bindings = bind.reduce(into: [:]) { $0.merge($1.sizes) { _, new in new } }
    if let batch {
      guard let list = ConversionList.read(batch) else { throw ExitCode(1) }
      return try list.run { ModelSimplification.run($0, $1, bindings) != nil }
    }
    guard let input, let output else { return }
    try ModelOutput.refuse(output, from: [input])
    guard let report = ModelSimplification.run(input, output, bindings) else { throw ExitCode(1) }
    if json {
      Console.output(report.json.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(report.text)
    }
  }
}
