import Tensors

extension OperatorRules {
  /// Whether each string matches a pattern as a whole; it costs nothing.
  package static let regexFullMatch = movement("RegexFullMatch") { context in
    context.set(element: .bool)
    context.set(shape: context.shape(0))
  }
}
