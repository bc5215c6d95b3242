import ArgumentParser
import Authoring
import Checkpoints
import JSON
import Semantics
import Syntax
import Tensors
import Workspace

/// `mica weights FILE` and `mica weights BEFORE AFTER`.
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Print what a file of weights holds, or how two differ (exit code 1 where they do).",
    discussion: """
      Reads safetensors (sharded too, by its index), .npz and .npy, PyTorch's .pt, .pth and .bin, GGUF and ONNX. Of a
      Mica text it lists what its weights files lack and what they have beside (exit code 1 where they lack something).
      """)

  @Argument(help: "A file of weights, or a Mica text that names some.", completion: .file())
  var file: String

  @Argument(help: "Another one, of any of the formats, to compare it with.", completion: .file())
  var other: String?

  @Flag(help: "Read all elements: least, greatest, mean, deviation, zeros, NaN and infinities, and a histogram.")
  var statistics = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if other != nil, statistics { throw ValidationError("--statistics is of one file") }
    if file.hasSuffix(".mica"), other != nil || statistics {
      throw ValidationError("of a Mica text, `mica weights` lists what its files lack: give it alone")
    }
  }

  func run() throws {
    if file.hasSuffix(".mica") { return try listUse() }
    let reads = FileReads()
    guard let other else {
      let table = WeightsTable(
        try Self.open(file, reading: statistics ? .elements : .headers), computesStatistics: statistics)
      try Self.check(reads, of: file)
      return print(table.json, or: table.text)
    }
    let differences = WeightsDifferences(
      try Self.open(file, reading: .elements), try Self.open(other, reading: .elements))
    try Self.check(reads, of: file)
    print(differences.json, or: differences.text)
    if !differences.isEmpty { throw ExitCode(1) }
  }

  /// Lists, for each model of a text, what its weights files have for it.
  private func listUse() throws {
    let program = try LoadedProgram(path: file)
    let analysis = Analysis(
      program.program, project: program.project, opener: program.files.weightsOpener)
    let tables = analysis.elaborations.compactMap { analysis.weightsUse(of: $0) }
    let failures = analysis.diagnostics.filter {
      $0.severity != .hint
        && !["missing-weight", "weight-shape-mismatch", "weight-type-mismatch"].contains($0.identifier)
    }
    let hasErrors = program.report(failures) || failures.contains { $0.identifier == "weights-file-missing" }
    if tables.isEmpty, !hasErrors {
      Console.error(
        Console.escaped("\(file):1:1: error[no-weights]: no model of it names a weights file", keepsNewlines: false))
    }
    print(
      ["models": .array(tables.map(\.json))], or: tables.map { String($0.text.dropLast()) }.joined(separator: "\n\n"))
    if hasErrors || tables.isEmpty || tables.contains(where: { !$0.isComplete }) { throw ExitCode(1) }
  }

  /// A file of weights; where it cannot be read, the reason ends the command.
  static func open(_ path: String, reading extent: WeightsFile.Extent) throws -> WeightsFile {
    do {
      return try WeightsFiles.open(path, reading: extent)
    } catch {
      let identifier = error.isMissing ? "weights-file-missing" : "weights-file-unreadable"
      Console.error(
        Console.escaped("\(path):1:1: error[\(identifier)]: \(error.message)", keepsNewlines: false))
      throw ExitCode(1)
    }
  }

  /// Ends the command where a file was shortened while it was read.
  private static func check(_ reads: FileReads, of path: String) throws {
    guard let damage = reads.damage else { return }
    Console.error(
      Console.escaped("\(path):1:1: error[weights-file-unreadable]: \(damage)", keepsNewlines: false))
    throw ExitCode(1)
  }

  private func print(_ value: @autoclosure () -> JSONValue, or text: @autoclosure () -> String) {
    if json {
      Console.output(value().serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(text())
    }
  }
}
