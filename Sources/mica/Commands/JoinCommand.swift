import ArgumentParser
import Formats
import Graphs
import Rewriting

/// `mica join FIRST SECOND OUT --connect OUTPUT=INPUT`.
struct JoinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "Write two models as one, outputs of the first connected to inputs of the second.")

  @Argument(help: "A Mica or an ONNX file, whose names stay as they are.", completion: .models)
  var first: String

  @Argument(help: "Another one; names that the first has too get a prefix.", completion: .models)
  var second: String

  @Argument(help: ArgumentHelp("The ONNX or Mica file to write.", valueName: "out"), completion: .models)
  var output: String

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An output of the first model and the input of the second that it becomes; again for each one. By default, those of "
        + "the same name.", valueName: "OUTPUT=INPUT"))
  var connect: [String] = []

  @Option(
    help: ArgumentHelp(
      "What stands before names of the second model that the first has too; by default its file's name.",
      valueName: "TEXT"))
  var prefix: String?

  func validate() throws {
    for path in [first, second] { try ModelOutput.checkInput(path, "join") }
    try ModelOutput.check(output, "join")
    for pair in connect where !pair.dropFirst().dropLast().contains("=") {
      throw ValidationError("`\(pair)` is not OUTPUT=INPUT")
    }
  }

  func run() throws {
    try ModelOutput.refuse(output, from: [first, second])
    let (left, right) = (try GivenModel(first), try GivenModel(second))
    let join: ModelJoin
    do {
      join = try ModelJoin(
        left.model, right.model, types: (left.types, right.types),
        connections: connect.map { pair($0, left.model.graph) }, prefix: prefix ?? ownPrefix,
        areSame: ModelDifference.areSame)
    } catch {
      Console.error(
        Console.escaped("\(second):1:1: error[\(error.identifier)]: \(error.message)", keepsNewlines: false))
      throw ExitCode(1)
    }
    for assumption in join.assumptions {
      Console.error(
        Console.escaped("\(second):1:1: warning[unproved-size]: \(assumption)", keepsNewlines: false))
    }
    let written = try ModelOutput(output, inputs: [first, second], source: nil).write(join.model)
    let body = join.model.graph.regions[join.model.graph.body]
    func list(_ values: [Value.ID]) -> String {
      values.map { join.model.graph.values[$0].name }.joined(separator: ", ")
    }
    var lines = [
      "wrote \(written): \(body.nodes.count) nodes, \(body.initializers.count) tensors",
      "  (\(list(body.inputs))) -> (\(list(body.outputs)))",
    ]
    for (old, new) in join.renamed { lines.append("  `\(old)` of \(second) is `\(new)`") }
    Console.output(Console.escaped(lines.joined(separator: "\n"), keepsNewlines: true))
  }

  private var ownPrefix: String {
    let name = second.split(separator: "/").last.map(String.init) ?? second
    return name.dropLast(5) + "_"
  }

  /// The two names of `output=input`; of a name that has the sign itself, the longest that the model knows.
  private func pair(_ text: String, _ graph: Graph) -> (output: String, input: String) {
    let known = Set(graph.regions[graph.body].outputs.map { graph.values[$0].name })
    let signs = text.indices.filter { text[$0] == "=" && $0 > text.startIndex }
    let sign = signs.last { known.contains(String(text[..<$0])) } ?? signs.first ?? text.startIndex
    return (String(text[..<sign]), String(text[sign...].dropFirst()))
  }
}
