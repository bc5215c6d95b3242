import Tensors

extension InferredValue {
  /// What is known of a value that is one of the two, and nothing says which.
  func joined(with other: InferredValue) -> InferredValue {
    var joined = InferredValue(type: joinedType(with: other))
    if let elements, let others = other.elements, elements.count == others.count {
      joined.elements = zip(elements, others).map { $0.isProvablyEqual(to: $1) ? $0 : .unknown }
    }
    if let members, let others = other.members, members.count == others.count {
      joined.members = zip(members, others).map { $0.joined(with: $1) }
    }
    return joined
  }

  /// The type that both have: of a sequence without members, whatever the other's members are.
  private func joinedType(with other: InferredValue) -> ValueType {
    if case .sequence(let mine) = type, case .sequence(let others) = other.type,
      mine.schemaName == others.schemaName
    {
      if members?.isEmpty == true { return other.type }
      if other.members?.isEmpty == true { return type }
    }
    return type.joined(with: other.type)
  }

  /// Whether the two say the same.
  func isSame(as other: InferredValue) -> Bool {
    guard type == other.type, elements == other.elements else { return false }
    guard let members, let others = other.members else { return members == nil && other.members == nil }
    return members.count == others.count && zip(members, others).allSatisfy { $0.isSame(as: $1) }
  }
}
