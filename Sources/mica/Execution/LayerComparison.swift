import Execution
import Graphs
import Tensors

/// Two models whose values on the way are outputs, as far as both have them.
struct LayerComparison {
  var comparison: Comparison
  private let operators: [String: String]
  // The files that the sessions were loaded from, which may map them.
  private let files: [RunnableModel]

  /// What is compared, with the operator that gives it in the first model.
  var rows: [(operator: String, pair: ValuePair)] {
    comparison.pairs.map { (operators[$0.before] ?? "", $0) }
  }

  init(_ before: String, _ after: String, _ runtime: Runtime) throws {
    var models = try [before, after].map { try LoadedModel.withTypes($0) }
    let names = models.map { Set($0.model.graph.interiorNames) }
    let shared = names[0].intersection(names[1])
    var files: [RunnableModel] = []
    for (index, path) in [before, after].enumerated() {
      let known = models[index].types
      // Types are asked of the inference, since few files have them.
      for value in models[index].model.graph.values.indices {
        models[index].model.graph.values[value].type = Self.type(models[index].model.graph, known, value, shared)
      }
      models[index].model.graph = models[index].model.graph.exposing(shared)
      files.append(try LoadedSession.written(models[index].model, for: path))
    }
    let sessions = (
      try LoadedSession.session(files[0], before, runtime), try LoadedSession.session(files[1], after, runtime)
    )
    let numbers = sessions.0.outputs.filter { output in
      shared.contains(output.name) && output.tensor?.element?.isFloatingPoint == true
    }
    let others = Set(sessions.1.outputs.map(\.name))
    let pairs = numbers.map(\.name).filter(others.contains).map { (before: $0, after: $0) }
    comparison = Comparison(sessions.0, sessions.1, pairs: pairs)
    self.files = files
    operators = Self.operators(of: models[0].model.graph)
  }

  private static func type(_ graph: Graph, _ known: Graph, _ value: Value.ID, _ shared: Set<String>) -> ValueType {
    let own = graph.values[value]
    guard own.type == .unknown, shared.contains(own.name), known.values.indices.contains(value) else { return own.type }
    return known.values[value].type
  }

  /// The operator that gives a value, by its name.
  private static func operators(of graph: Graph) -> [String: String] {
    var operators: [String: String] = [:]
    for node in graph.regions[graph.body].nodes {
      for case let value? in graph.nodes[node].results {
        operators[graph.values[value].name] = graph.nodes[node].operatorType
      }
    }
    return operators
  }
}
