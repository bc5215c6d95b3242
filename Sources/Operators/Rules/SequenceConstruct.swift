import Tensors

extension OperatorRules {
  /// A sequence of the arguments.
  package static let sequenceConstruct = movement("SequenceConstruct") { context in
    guard !context.inputs.isEmpty else { return }
    let members = context.inputs.map { $0 ?? InferredValue(type: .unknown) }
    context.set(members: members, of: .unknown)
  }
}
