import ArgumentParser
import Graphs
import Operators

/// `mica rename IN OUT OLD=NEW… --inputs LIST --outputs LIST`.
struct RenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Write a model whose inputs and outputs have other names, or another order.")

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"), completion: .models)
  var input: String

  @Argument(help: ArgumentHelp("The ONNX or Mica file to write.", valueName: "out"), completion: .models)
  var output: String

  @Argument(help: ArgumentHelp("An input or output by its name, and its new name; all at once.", valueName: "old=new"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp("All inputs in their new order, by their new names, separated by commas.", valueName: "LIST"))
  var inputs: String?

  @Option(
    help: ArgumentHelp("All outputs in their new order, by their new names, separated by commas.", valueName: "LIST"))
  var outputs: String?

  func validate() throws {
    try ModelOutput.checkInput(input, "rename")
    try ModelOutput.check(output, "rename")
    if names.isEmpty, inputs == nil, outputs == nil {
      throw ValidationError("say what changes: OLD=NEW, --inputs or --outputs")
    }
    for name in names where !name.dropFirst().dropLast().contains("=") {
      throw ValidationError("`\(name)` is not OLD=NEW")
    }
  }

  func run() throws {
    try ModelOutput.refuse(output, from: [input])
    var given = try GivenModel(input)
    let graph = given.model.graph
    let body = graph.regions[graph.body]
    let ends = Set((body.inputs + body.outputs).map { graph.values[$0].name })
    guard given.model.training.isEmpty else {
      Console.error(
        "\(input):1:1: error[training-information]: the model has training information, which names inputs and outputs")
      throw ExitCode(1)
    }
    do {
      let revision = try InterfaceRevision(
        of: graph, renaming: names.map { Self.pair($0, ends) }, inputs: inputs.map { Self.list($0) },
        outputs: outputs.map { Self.list($0) })
      given.model.graph = revision.graph
    } catch {
      Console.error(
        Console.escaped(
          "\(input):1:1: error[cannot-rename]: \(message(of: error, in: graph))", keepsNewlines: false))
      throw ExitCode(1)
    }
    let written = try ModelOutput(output, inputs: [input], source: given.source).write(given.model)
    let revised = given.model.graph.regions[graph.body]
    func list(_ values: [Value.ID]) -> String {
      values.map { given.model.graph.values[$0].name }.joined(separator: ", ")
    }
    Console.output(
      Console.escaped(
        "wrote \(written): (\(list(revised.inputs))) -> (\(list(revised.outputs)))", keepsNewlines: false))
  }

  /// The two names of `old=new`; of a name that has the sign itself, the longest that the model knows.
  private static func pair(_ text: String, _ known: Set<String>) -> (old: String, new: String) {
    let signs = text.indices.filter { text[$0] == "=" && $0 > text.startIndex }
    let sign = signs.last { known.contains(String(text[..<$0])) } ?? signs.first ?? text.startIndex
    return (String(text[..<sign]), String(text[sign...].dropFirst()))
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: true).map(String.init)
  }

  private func message(of problem: InterfaceRevision.Problem, in graph: Graph) -> String {
    let body = graph.regions[graph.body]
    switch problem {
    case .unknownName(let name):
      let names = (body.inputs + body.outputs).map { graph.values[$0].name }
      let nearest = Catalogue.nearest(to: name, in: names)
      return "the model has no input or output `\(name)`"
        + (nearest.map { "; did you mean `\($0)`?" } ?? "; it has \(names.joined(separator: ", "))")
    case .taken(let name): return "two values would be called `\(name)`"
    case .repeated(let name): return "`\(name)` is named twice"
    case .missing(let name, let isInput):
      return "--\(isInput ? "inputs" : "outputs") leaves out `\(name)`; it takes all of them"
    }
  }
}
