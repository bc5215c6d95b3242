import Tensors

extension OperatorRules {
  /// What an optional holds; what is no optional is the result itself.
  package static let optionalGetElement = movement("OptionalGetElement") { context in
    guard let input = context.input(0) else { return }
    switch input.type {
    case .optional(let held):
      if let element = input.members?.first {
        context.set(0, value: element)
      } else if held != .unknown {
        context.set(type: held)
      }
    case .tensor, .sequence: context.set(0, value: input)
    default: break
    }
  }
}
