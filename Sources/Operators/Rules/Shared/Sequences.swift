import Tensors

/// Sequences, whose members are known one by one where there are few.
extension InferenceContext {
  /// Sequences of more members are not followed.
  static var memberLimit: Int { 64 }

  /// The type of the members of the sequence that argument `index` is.
  func memberType(_ index: Int = 0) -> ValueType? {
    if case .sequence(let member)? = input(index)?.type { member } else { nil }
  }

  /// The tensor that argument `index` adds to a sequence, whose members are of nothing else.
  func newMember(_ index: Int) -> InferredValue {
    guard let value = input(index), case .tensor = value.type else {
      return InferredValue(type: .tensor(TensorType(nil, nil)))
    }
    return value
  }

  /// Gives result 0 the members that it has; they have one element type.
  ///
  /// - Parameter element: the type of members where there are none.
  mutating func set(members: [InferredValue], of element: ValueType) {
    guard outputs.indices.contains(0) else { return }
    let shared = members.lazy.compactMap(\.type.element).first ?? element.element
    let members = members.map { $0.completed(with: shared) }
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

extension InferredValue {
  /// The tensor with an element type where none is known.
  func completed(with element: ElementType?) -> InferredValue {
    guard case .tensor(let type) = type, type.element == nil, let element else { return self }
    var completed = self
    completed.type = .tensor(TensorType(element, type.shape))
    return completed
  }

  /// The elements of small integer tensors, one behind the other; `nil` where not all of them are known or they are many.
  static func cells(of members: [InferredValue]) -> [Dimension]? {
    var cells: [Dimension] = []
    for member in members {
      guard let element = member.type.element, element.isInteger || element == .bool,
        let more = member.elements ?? member.constant?.integerElements?.map({ Dimension($0) }),
        cells.count + more.count <= ShapeData.limit
      else { return nil }
      cells += more
    }
    return cells
  }

  /// Gives the parts of a tensor along its first axis their elements, in order, where the sizes of all parts are known.
  static func deal(_ cells: [Dimension], to parts: inout [InferredValue]) {
    let counts = parts.compactMap { ShapeData.size(of: $0.type.shape) }
    guard counts.count == parts.count, counts.reduce(0, +) == cells.count else { return }
    var position = 0
    for (index, count) in counts.enumerated() {
      parts[index].elements = Array(cells[position..<position + count])
      position += count
    }
  }
}
