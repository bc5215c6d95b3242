import Graphs
import Tensors

extension OperatorRules {
  /// A subgraph that runs for each element of its sequences, and gives sequences of what it gave.
  package static let sequenceMap = OperatorRules(
    "SequenceMap",
    infer: { context in
      guard case .graph(let body)? = context.attribute("body") else { return }
      let arguments = context.inputs.enumerated().map { index, input -> InferredValue in
        guard let input else { return InferredValue(type: .unknown) }
        // A tensor behind the first sequence is the same in every round.
        if case .sequence(let element) = input.type { return InferredValue(type: element) }
        return index == 0 ? InferredValue(type: .unknown) : input
      }
      let results = context.evaluate?(body, arguments, true) ?? context.regionOutputs[body] ?? []
      guard
        context.takes(
          body, "body", inputs: arguments.enumerated().map { .init("a member of input \($0 + 1)", $1.type) }),
        context.gives(
          body, "body", results: results, count: context.outputs.count, "one for each result of the SequenceMap")
      else { return }
      let count = context.input(0)?.members?.count
      for (index, result) in results.enumerated() {
        var sequence = InferredValue(type: .sequence(result.type))
        sequence.members = count.map { Array(repeating: InferredValue(type: result.type), count: $0) }
        context.set(index, value: sequence)
      }
    })
}
