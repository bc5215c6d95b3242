import Tensors

extension MachineLearningRules {
  /// The integers of strings, or the strings of integers; it costs nothing.
  static let categoryMapper = rules(
    "CategoryMapper",
    infer: { context in
      switch context.element(0) {
      case .string: context.set(element: .i64)
      case .i64: context.set(element: .string)
      default: break
      }
      context.set(shape: context.shape(0))
    },
    cost: { _ in .none })
}
