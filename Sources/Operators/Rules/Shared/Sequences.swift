import Tensors

/// Sequences, whose members are known one by one where there are few.
extension InferenceContext {
  /// Sequences of more members are not followed.
  static var memberLimit: Int { 64 }

  /// The type of the members of the sequence that argument `index` is.
  func memberType(_ index: Int = 0) -> ValueType? {
    if case .sequence(let member)? = input(index)?.type { member } else { nil }
  }

  /// Gives result 0 the members that it has.
  ///
  /// - Parameter element: the type of members where there are none.
  mutating func set(members: [InferredValue], of element: ValueType) {
    guard outputs.indices.contains(0) else { return }
    let sequence = InferredValue(members: members, of: element)
    outputs[0] = members.count <= Self.memberLimit ? sequence : InferredValue(type: sequence.type)
  }

  /// The place among `count` members that the integer argument `index` names, the default where it is omitted.
  ///
  /// `nil` where it is not known, or out of range and reported.
  ///
  /// - Parameter end: whether the place behind the last member is one.
  mutating func memberPlace(_ index: Int, count: Int, end: Bool = false) -> Int? {
    guard input(index) != nil else { return end ? count : count > 0 ? count - 1 : nil }
    guard let given = constantData(index)?.first else { return nil }
    let places = -count..<(end ? count + 1 : count)
    guard places.contains(given) else {
      report(
        "index-out-of-range", "position \(given) is out of range: the sequence has \(counted(count, "member"))",
        at: .input(index))
      return nil
    }
    return given < 0 ? given + count : given
  }
}
