import Tensors

extension OperatorRules {
  /// Whether an optional holds anything: an omitted one does not, and what is no optional counts as what one holds.
  package static let optionalHasElement = movement("OptionalHasElement") { context in
    var holds: Bool?
    switch context.input(0)?.type {
    case nil: holds = false
    case .optional: holds = context.input(0)?.members.map { !$0.isEmpty }
    case .tensor, .sequence: holds = context.schema.sinceVersion >= 18 ? true : nil
    default: break
    }
    context.set(element: .bool)
    context.set(shape: Shape([]), elements: holds.map { [$0 ? 1 : 0] })
  }
}
