import ArgumentParser
import Graphs
import Rewriting

/// `mica batch IN OUT --name NAME --input NAME:AXIS --force`.
struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Write a model whose batch has an open size instead of a number, and list what keeps it from that.")

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"), completion: .models)
  var input: String

  @Argument(help: ArgumentHelp("The ONNX or Mica file to write.", valueName: "out"), completion: .models)
  var output: String

  @Option(help: ArgumentHelp("What the size of the batch is called.", valueName: "NAME"))
  var name = "batch"

  @Option(
    name: .customLong("input"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An input with a batch, and its axis; again for each one. By default, the first axis of all inputs that have the same "
        + "first size.", valueName: "NAME:AXIS"))
  var inputs: [String] = []

  @Flag(help: "Write the model though it is not proved to be right for any batch.")
  var force = false

  func validate() throws {
    try ModelOutput.checkInput(input, "batch")
    try ModelOutput.check(output, "batch")
    if name.isEmpty { throw ValidationError("--name takes a name") }
    for text in inputs where Self.axis(text) == nil { throw ValidationError("`\(text)` is not NAME:AXIS") }
  }

  private static func axis(_ text: String) -> (input: String, axis: Int)? {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let axis = Int(text[text.index(after: colon)...])
    else { return nil }
    return (String(text[..<colon]), axis)
  }

  func run() throws {
    try ModelOutput.refuse(output, from: [input])
    var given = try GivenModel(input)
    let opening: BatchOpening
    do {
      opening = try BatchOpening(
        of: given.model, name: name, chosen: inputs.compactMap { Self.axis($0) },
        declarations: try ONNXConversion.declarations(beside: input))
    } catch let problem as BatchProblem {
      Console.error(
        Console.escaped("\(input):1:1: error[\(problem.identifier)]: \(problem.message)", keepsNewlines: false))
      throw ExitCode(1)
    }
    for obstacle in opening.obstacles.prefix(Self.limit) {
      Console.error(
        Console.escaped(
          "\(input):1:1: " + (force ? "warning[fixed-batch]" : "error[fixed-batch]") + ": \(obstacle)",
          keepsNewlines: false))
    }
    if opening.obstacles.count > Self.limit {
      Console.error("… and \(opening.obstacles.count - Self.limit) more")
    }
    guard opening.obstacles.isEmpty || force else {
      Console.error("nothing was written; --force writes \(output) all the same")
      throw ExitCode(1)
    }
    given.model = opening.model
    let written = try ModelOutput(output, inputs: [input], source: given.source).write(given.model)
    let graph = given.model.graph
    var lines = ["wrote \(written): the batch of \(opening.size) is `\(name)` now"]
    for (name, axis) in opening.inputs {
      let type = graph.regions[graph.body].inputs.first { graph.values[$0].name == name }.map { graph.values[$0].type }
      lines.append("  `\(name)` is \(type.map { "\($0)" } ?? "open at axis \(axis)")")
    }
    for output in graph.regions[graph.body].outputs {
      lines.append("  `\(graph.values[output].name)` is \(graph.values[output].type)")
    }
    lines += opening.left.map { "  left as it is: \($0)" } + opening.changes.lines.map { "  " + $0 }
    Console.output(Console.escaped(lines.joined(separator: "\n"), keepsNewlines: true))
  }

  private static let limit = 50
}
