import ArgumentParser
import Authoring
import Graphs
import JSON
import Operators
import Semantics
import Syntax
import Tensors

/// `mica explain FILE VALUE AXIS`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Print how the sizes of a value come about, step by step.")

  @Argument(help: "A Mica file, or an ONNX file.", completion: .models)
  var file: String

  @Argument(help: "A value of the graph, or a name of the model's text; the model's outputs where none is given.")
  var value: String?

  @Argument(help: "An axis, counted from 0; all where none is given.")
  var axis: Int?

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @Flag(help: "Print one step for every size of every value of the graph.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var options: ModelOptions

  func validate() throws {
    if all, value != nil { throw ValidationError("--all is about every value, and this names one") }
    if file.hasSuffix(".onnx"), model != nil || !options.isEmpty {
      throw ValidationError("\(file): --model, --opset, --set and --bind are for Mica files")
    }
  }

  func run() throws {
    if file.hasSuffix(".onnx") {
      guard let read = ONNXConversion.read(file),
        let inference = ONNXConversion.inference(of: read, at: file, namesOpenSizes: true)
      else { throw ExitCode(1) }
      var explainer = SizeExplainer(inference.model, budget: budget)
      return try explain(&explainer, bound: [:])
    }
    let program = try LoadedProgram(path: file)
    let declaration = try program.model(named: model)
    var options = options.options(for: declaration, of: program)
    options.observes = true
    let elaboration = program.elaborate(declaration, options: options)
    let hasErrors = program.report(elaboration.diagnostics)
    var explainer = SizeExplainer(elaboration, of: program.program, budget: budget)
    try explain(&explainer, bound: elaboration.boundValues)
    if hasErrors { throw ExitCode(1) }
  }

  /// How many calls may be inferred again: for all values as many as there are.
  private var budget: Int { all ? .max : 200_000 }

  /// - Parameter bound: the values that names of the text stand for at the end.
  private func explain(_ explainer: inout SizeExplainer, bound: [String: Value.ID]) throws {
    let graph = explainer.graph
    if all { return printAll(&explainer) }
    var values = graph.regions[graph.body].outputs
    if let value {
      guard let found = graph.value(named: value) ?? bound[value] else {
        try fail("unknown-value", Self.unknown(value, names: graph.valueNames + bound.keys.sorted()))
      }
      values = [found]
    }
    var objects: [JSONValue] = []
    var lines: [String] = []
    for value in values {
      let type = graph.values[value].type
      let name = graph.values[value].name
      guard let rank = type.shape?.rank else {
        if axis != nil { try fail("no-such-axis", "nothing is known of the axes of `\(name)`") }
        objects.append(["value": .string(name), "type": .string("\(type)"), "sizes": []])
        lines += ["\(name): \(type)", ""]
        continue
      }
      if let axis, !(0..<rank).contains(axis) {
        try fail("no-such-axis", "`\(name)` is \(type), which has no axis \(axis)")
      }
      let derivations = (axis.map { [$0] } ?? Array(0..<rank)).map {
        explainer.derivation(of: SizeReference(value, .axis($0)))
      }
      objects.append([
        "value": .string(name), "type": .string("\(type)"),
        "sizes": .array(derivations.map { explainer.json(of: $0) }),
      ])
      lines += ["\(name): \(type)", ""]
      for derivation in derivations {
        guard case .axis(let axis) = derivation.reference.part else { continue }
        lines.append("axis \(axis): \(derivation.size)")
        lines += explainer.lines(of: derivation).map { "  " + $0 }
        lines.append("")
      }
    }
    print(.array(objects), or: lines.dropLast())
  }

  /// One step for each size of each value that a node of the graph itself gives.
  private func printAll(_ explainer: inout SizeExplainer) {
    let graph = explainer.graph
    var objects: [JSONValue] = []
    var lines: [String] = []
    for node in graph.regions[graph.body].nodes {
      for case let value? in graph.nodes[node].outputs {
        for axis in 0..<(graph.values[value].type.shape?.rank ?? 0) {
          guard let step = explainer.step(of: SizeReference(value, .axis(axis))) else { continue }
          if json {
            objects.append(explainer.json(of: step))
          } else {
            lines.append("\(graph.values[value].name), axis \(axis): \(explainer.line(of: step))")
          }
        }
      }
    }
    print(.array(objects), or: lines)
  }

  private func print(_ value: JSONValue, or lines: some Sequence<String>) {
    if json {
      Console.output(value.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(lines.joined(separator: "\n"))
    }
  }

  private static func unknown(_ name: String, names: [String]) -> String {
    let nearest = Catalogue.nearest(to: name, in: names).map { "; is `\($0)` meant?" }
    let containing = names.filter { $0.contains(name) }.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
    return "the model has no value `\(name)`"
      + (nearest ?? (containing.isEmpty ? "; `mica explain --all` lists all" : "; there are \(containing)"))
  }

  private func fail(_ identifier: String, _ message: String) throws -> Never {
    Console.error(Console.escaped("\(file):1:1: error[\(identifier)]: \(message)", keepsNewlines: false))
    throw ExitCode(1)
  }
}

extension Graph {
  /// The value of a name: of the graph itself before those of its subgraphs.
  fileprivate func value(named name: String) -> Value.ID? {
    guard !name.isEmpty else { return nil }
    let named = values.indices.filter { values[$0].name == name }
    return named.first { value in
      switch values[value].definition {
      case .input(let region, _), .initializer(let region): region == body
      case .result(let node, _): regions[body].nodes.contains(node)
      case .undefined: false
      }
    } ?? named.first
  }

  fileprivate var valueNames: [String] { values.indices.map { values[$0].name }.filter { !$0.isEmpty } }
}

extension Elaboration {
  /// The values that names of the model's own text stand for where it ends.
  fileprivate var boundValues: [String: Value.ID] {
    var bound: [String: Value.ID] = [:]
    let source = declaration.file.tree.source
    for observation in observations {
      guard case .binding(.tensor(let value)) = observation.meaning, observation.place.file == declaration.file.number,
        declaration.syntax.range.contains(observation.place.range.lowerBound)
      else { continue }
      let text = source[observation.place.range].prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") }
      bound[String(decoding: text, as: UTF8.self)] = value
    }
    return bound
  }
}
