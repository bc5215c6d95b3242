import ArgumentParser
import Authoring
import JSON

/// `mica diff BEFORE AFTER`.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Print what differs between two models, layer by layer; exit code 1 where something does.")

  @Argument(help: "A Mica or an ONNX file.", completion: .models)
  var before: String

  @Argument(help: "Another one.", completion: .models)
  var after: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let differences = ModelDifferences(try LoadedModel.typed(before), try LoadedModel.typed(after))
    if json {
      Console.output(differences.json.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(differences.text)
    }
    if !differences.isEmpty { throw ExitCode(1) }
  }
}
