import ArgumentParser
import Graphs
import Operators

/// `mica extract IN OUT --from VALUES --to VALUES`.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Write the part of a model between some of its values and others as a model of its own.")

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"), completion: .models)
  var input: String

  @Argument(help: ArgumentHelp("The ONNX or Mica file to write.", valueName: "out"), completion: .models)
  var output: String

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A value that becomes an input, by its name; again for each one. By default, the model's inputs.",
      valueName: "VALUE"))
  var from: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A value that becomes an output, likewise. By default, the model's outputs.", valueName: "VALUE"))
  var to: [String] = []

  func validate() throws {
    try ModelOutput.check(output, "extract")
    if from.isEmpty, to.isEmpty {
      throw ValidationError("say where the part starts with --from, or where it ends with --to")
    }
  }

  func run() throws {
    try ModelOutput.refuse(output, from: [input])
    let given = try GivenModel(input)
    var model = given.model
    do {
      let part = try Extraction(of: model.graph, from: from, to: to)
      model.graph = part.graph
      // The part's ends may be values whose types the file does not say; nothing is said of the others that it has not.
      let body = model.graph.regions[model.graph.body]
      for value in body.inputs + body.outputs { model.graph.values[value].type = given.types.values[value].type }
    } catch {
      Console.error("\(input):1:1: error[no-such-part]: \(message(of: error, in: model.graph))")
      throw ExitCode(1)
    }
    let written = try ModelOutput(output, inputs: [input], source: given.source).write(model)
    let body = model.graph.regions[model.graph.body]
    Console.output("wrote \(written): \(body.nodes.count) nodes, \(body.initializers.count) tensors")
  }

  private func message(of problem: Extraction.Problem, in graph: Graph) -> String {
    switch problem {
    case .unknownValue(let name):
      let nearest = Catalogue.nearest(to: name, in: graph.values.indices.map { graph.values[$0].name }.sorted())
      return "the model has no value `\(name)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")"
    case .needsInput(let name):
      return "the part needs the model's input `\(name)` too; add --from \(name), or start it later"
    case .startsBehind(let name, let input):
      return "the part cannot start at `\(name)`, which nothing before its end uses; it starts from `\(input)`"
    case .isStored(let name):
      return "`\(name)` is a stored tensor, which nothing computes; --to takes a result of a node, or an input"
    }
  }
}
