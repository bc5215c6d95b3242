package import Graphs
package import Operators
import Tensors

/// A model rewritten to compute the same with fewer nodes.
///
/// Inputs and outputs keep their names, types and order. Rules (`RewriteRule.all`) are tried on every node until none
/// changes anything. Complexity: linear in the nodes for each round, and rounds are few.
package struct Simplification {
  package private(set) var model: Model
  /// What was done, counted.
  package private(set) var changes = Changes()

  private let rules: [RewriteRule]
  private static let maximumRounds = 60

  /// Simplifies `model`.
  ///
  /// - Parameters:
  ///   - bindings: the sizes that dimensions declared by inputs have in every run.
  ///   - foldsConstants: whether results that are known are stored.
  package init(
    of model: Model, bindings: [String: Int] = [:], foldsConstants: Bool = true
  ) throws(SimplificationError) {
    self.model = model
    rules = foldsConstants ? RewriteRule.all : RewriteRule.all.filter { !$0.storesResults }
    guard model.training.isEmpty else { throw .training }
    try bind(bindings)
    let inputs = self.model.makeInitializersConstant()
    changes.add("turned", "inputs", "that the file gives into initializers", count: inputs)
    try checkStructure()
    self.model.orderNodes()
    let opset = Self.opset(self.model.opsetImports)
    for _ in 0..<Self.maximumRounds {
      let facts = GraphFacts(of: self.model).facts
      guard rewrite(\.graph, facts: facts, opset: opset, stores: true) else { break }
    }
    for index in self.model.functions.indices {
      let opset = Self.opset(self.model.functions[index].opsetImports)
      for _ in 0..<Self.maximumRounds {
        guard rewrite(\.functions[index].graph, facts: [], opset: opset, stores: false) else { break }
      }
    }
  }

  private static func opset(_ imports: [OpsetImport]) -> Int {
    imports.first { Catalogue.canonical($0.domain).isEmpty }.map { Int(clamping: $0.version) } ?? 0
  }

  /// One round of all rules; says whether anything changed.
  private mutating func rewrite(
    _ path: WritableKeyPath<Model, Graph>, facts: [InferredValue], opset: Int, stores: Bool
  ) -> Bool {
    var rewriter = Rewriter(
      model[keyPath: path], facts: facts, opset: opset, storesInitializers: stores)
    rewriter.removeDeadNodes()
    if stores { rewriter.mergeTensors() }
    rewriter.apply(rules)
    model[keyPath: path] = rewriter.finished()
    changes.add(rewriter.changes)
    return !rewriter.changes.isEmpty
  }

  private func checkStructure() throws(SimplificationError) {
    let broken: Set<String> = ["duplicate-value", "undefined-value", "cyclic-graph", "recursive-function"]
    let problems = ModelInference(of: model).problems
    if let problem = problems.first(where: { broken.contains($0.identifier) }) { throw .broken(problem) }
  }

  private mutating func bind(_ bindings: [String: Int]) throws(SimplificationError) {
    guard !bindings.isEmpty else { return }
    let graph = model.graph
    let declared = model.inputDimensions
    for name in bindings.keys.sorted() where !declared.contains(name) {
      throw .unknownDimension(name, declared: declared.sorted())
    }
    let sizes = bindings.mapValues { Dimension($0) }
    for id in graph.values.indices where graph.values[id].type != .unknown {
      model.graph.values[id].type = graph.values[id].type.mapSizes { $0.substituting(sizes) }
    }
    for region in graph.regions.indices where !graph.regions[region].recordedTypes.isEmpty {
      model.graph.regions[region].recordedTypes = graph.regions[region].recordedTypes.mapValues { type in
        type.mapSizes { $0.substituting(sizes) }
      }
    }
    changes.add("bound", "dimensions", count: bindings.count)
  }
}

extension Model {
  /// The names of sizes that the inputs have.
  package var inputDimensions: Set<String> {
    graph.regions[graph.body].inputs.reduce(into: []) { names, input in
      for size in graph.values[input].type.shape?.dimensions ?? [] { names.formUnion(size.symbols) }
    }
  }
}

/// Why a model is not simplified.
package enum SimplificationError: Error {
  case training
  case broken(ModelProblem)
  case unknownDimension(String, declared: [String])
}

extension SimplificationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .training: "the model has training information, which names tensors that simplifying would remove"
    case .broken(let problem): problem.message
    case .unknownDimension(let name, let declared):
      "no input has a dimension called `\(name)`; "
        + (declared.isEmpty ? "none has a name" : "there are \(declared.map { "`\($0)`" }.joined(separator: ", "))")
    }
  }
}
