import Tensors

extension OperatorRules {
  /// A sequence without the member at a position, or the last one.
  package static let sequenceErase = movement("SequenceErase") { context in
    guard let member = context.memberType() else { return }
    guard var members = context.input(0)?.members, !members.isEmpty else {
      return context.set(type: .sequence(member))
    }
    if let place = context.memberPlace(1, count: members.count) {
      members.remove(at: place)
    } else {
      members = Array(repeating: InferredValue(type: member), count: members.count - 1)
    }
    context.set(members: members, of: member)
  }
}
