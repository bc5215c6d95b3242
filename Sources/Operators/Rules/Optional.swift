import Graphs
import Tensors

extension OperatorRules {
  /// An optional that holds the argument, or one of the attribute `type` that holds nothing.
  package static let optional = movement("Optional") { context in
    if let input = context.input(0) {
      guard input.type != .unknown else { return }
      context.set(type: .optional(input.type))
    } else if case .type(let type)? = context.attribute("type") {
      context.set(type: .optional(type))
    }
  }
}
