import Graphs
import Operators
import Syntax

// A text of a file may say what the file says, though it be wrong. What the file does not have is the text's own mistake.

extension Elaborator {
  /// Whether a problem is one that the file of a verbatim model has too, or may have: there may be no such file.
  mutating func isOfFile(_ problem: OperatorProblem, of call: Place) -> Bool {
    guard isVerbatim else { return false }
    guard problem.sizes == nil, let contradictions = fileContradictions() else { return true }
    let name = builder.graph.nodes.last.map { builder.graph.nodes[$0].operatorType } ?? ""
    return contradictions.contains {
      $0.identifier == problem.identifier && ($0.message.hasSuffix(problem.message) || $0.message.contains(name))
    }
  }

  /// Whether the file of a verbatim model declares an output otherwise than it computes it, or may: there may be no file.
  mutating func isFalseInFile(output name: String) -> Bool {
    guard let contradictions = fileContradictions() else { return true }
    return contradictions.contains { $0.isOf(output: name) }
  }

  /// What contradicts itself in the file that a verbatim model was imported from; `nil` where the text names none.
  private mutating func fileContradictions() -> [ModelProblem]? {
    if let known = knownFileContradictions { return known }
    for index in weights.indices {
      guard case .success(let checkpoint)? = opened(index)?.checkpoint, let file = checkpoint.model else { continue }
      let problems = ModelInference(of: file).problems.filter { $0.severity == .contradiction }
      knownFileContradictions = problems
      return problems
    }
    return nil
  }
}
