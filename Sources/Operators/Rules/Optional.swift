import Graphs
import Tensors

extension OperatorRules {
  /// An optional that holds the argument, or one of the attribute `type` that holds nothing.
  package static let optional = movement("Optional") { context in
    if let input = context.input(0) {
      switch input.type {
      case .tensor, .sequence: context.set(0, value: .optional(input.type, holding: [input]))
      default: break
      }
    } else if case .type(let type)? = context.attribute("type") {
      context.set(0, value: .optional(type, holding: []))
    }
  }
}

extension InferredValue {
  /// An optional of which it is known whether it holds anything, and what.
  fileprivate static func optional(_ type: ValueType, holding members: [InferredValue]) -> InferredValue {
    var optional = InferredValue(type: .optional(type))
    optional.members = members
    return optional
  }
}
