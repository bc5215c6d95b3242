import Tensors

extension InferredValue {
  /// What is known of a value that is one of the two, and nothing says which.
  func joined(with other: InferredValue) -> InferredValue {
    var joined = InferredValue(type: type.joined(with: other.type))
    if let elements, let others = other.elements, elements.count == others.count {
      joined.elements = zip(elements, others).map { $0.isProvablyEqual(to: $1) ? $0 : .unknown }
    }
    return joined
  }

  /// Whether the two say the same.
  func isSame(as other: InferredValue) -> Bool { type == other.type && elements == other.elements }
}
