import Tensors

extension OperatorRules {
  /// Whether each string matches a pattern as a whole; what that takes follows the strings.
  package static let regexFullMatch = OperatorRules(
    "RegexFullMatch",
    infer: { context in
      context.set(element: .bool)
      context.set(shape: context.shape(0))
    },
    cost: { _ in Cost(flops: .unknown) })
}
