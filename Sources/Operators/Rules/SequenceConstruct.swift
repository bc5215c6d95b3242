import Tensors

extension OperatorRules {
  /// A sequence of the arguments.
  package static let sequenceConstruct = movement("SequenceConstruct") { context in
    guard !context.inputs.isEmpty else { return }
    context.set(members: context.inputs.indices.map(context.newMember), of: .unknown)
  }
}
