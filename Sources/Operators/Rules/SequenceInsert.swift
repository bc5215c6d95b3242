import Tensors

extension OperatorRules {
  /// A sequence with one tensor more, at a position or at the end.
  package static let sequenceInsert = movement("SequenceInsert") { context in
    guard let member = context.memberType(), context.input(1) != nil else { return }
    let added = context.newMember(1).completed(with: member.element)
    guard var members = context.input(0)?.members else {
      let joined = InferredValue(type: member).completed(with: added.type.element).type.joined(with: added.type)
      return joined == .unknown ? () : context.set(type: .sequence(joined))
    }
    if let place = context.memberPlace(2, count: members.count, end: true) {
      members.insert(added, at: place)
    } else {
      // Each member is itself or its neighbour, but for the added one.
      let any = InferredValue(members: members + [added], of: member).type
      guard case .sequence(let type) = any else { return }
      members = Array(repeating: InferredValue(type: type), count: members.count + 1)
    }
    context.set(members: members, of: member)
  }
}
