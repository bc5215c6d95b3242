import Graphs
import Tensors

extension OperatorRules {
  /// One of two subgraphs, by a condition: what both give, or what the one gives that is known to be taken.
  package static let `if` = OperatorRules(
    "If",
    infer: { context in
      guard case .graph(let thenBranch)? = context.attribute("then_branch"),
        case .graph(let elseBranch)? = context.attribute("else_branch")
      else { return }
      let condition = context.shapeData(0)?.first?.constant
      let first = context.results(of: thenBranch, isReached: condition != 0)
      let second = context.results(of: elseBranch, isReached: condition == nil || condition == 0)
      guard first.count == second.count else {
        return context.report(
          "result-count",
          "one branch returns \(counted(first.count, "result")) and the other \(second.count)")
      }
      let count = context.outputs.count
      guard context.takes(thenBranch, "then_branch", inputs: []), context.takes(elseBranch, "else_branch", inputs: []),
        context.gives(thenBranch, "then_branch", results: first, count: count, "one for each result of the If")
      else { return }
      for (index, (left, right)) in zip(first, second).enumerated() {
        if left.type.contradictsElement(of: right.type) {
          context.report(
            "type-mismatch",
            "one branch returns \(left.type) and the other \(right.type)")
        }
        let taken = condition.map { $0 != 0 ? left : right }
        context.set(index, value: taken ?? left.joined(with: right))
      }
    })
}

extension InferenceContext {
  /// What is known of the outputs of a subgraph without inputs.
  fileprivate func results(of region: Region.ID, isReached: Bool) -> [InferredValue] {
    evaluate?(region, [], isReached) ?? regionOutputs[region] ?? []
  }

  /// Gives result `index` all that is known of a value.
  mutating func set(_ index: Int, value: InferredValue) {
    guard outputs.indices.contains(index) else { return }
    outputs[index] = value
  }
}

extension ValueType {
  /// Whether the two are tensors of different element types.
  fileprivate func contradictsElement(of other: ValueType) -> Bool {
    guard let element, let otherElement = other.element else { return false }
    return element != otherElement
  }
}
