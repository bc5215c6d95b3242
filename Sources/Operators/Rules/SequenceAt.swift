import Tensors

extension OperatorRules {
  /// The member at a position.
  package static let sequenceAt = movement("SequenceAt") { context in
    guard let member = context.memberType() else { return }
    if context.input(1) != nil, let members = context.input(0)?.members,
      let place = context.memberPlace(1, count: members.count)
    {
      context.set(0, value: members[place])
    } else if member != .unknown {
      context.set(type: member)
    }
  }
}
