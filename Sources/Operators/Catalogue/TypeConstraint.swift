import Tensors

/// What a formal parameter's type allows.
struct TypeConstraint: Sendable {
  /// False for a type of the parameter's own, such as `tensor(int64)`.
  let isVariable: Bool
  /// The types, as schemas write them.
  let allowed: [String]
  /// The element types of the tensors among them, a bit each.
  private let elements: UInt64
  /// What is known of a type of which nothing else is: the only one, or that it is a tensor.
  let fallback: ValueType

  /// The constraint of a type variable, or of a type of its own where there is none.
  init(_ type: String, _ constraint: [String]?) {
    isVariable = constraint != nil
    allowed = constraint ?? [type]
    var elements: UInt64 = 0
    for name in allowed {
      if case .tensor(let tensor)? = ValueType(schemaName: name), let element = tensor.element {
        elements |= 1 << UInt64(element.rawValue)
      }
    }
    self.elements = elements
    if allowed.count == 1, let only = ValueType(schemaName: allowed[0]) {
      fallback = only
    } else {
      fallback = allowed.allSatisfy { $0.hasPrefix("tensor(") } ? .tensor(TensorType(nil, nil)) : .unknown
    }
  }

  /// Whether tensors of an element type are allowed.
  func allows(_ element: ElementType) -> Bool { elements & 1 << UInt64(element.rawValue) != 0 }
}
