import Tensors

extension MachineLearningRules {
  /// For each element a vector, of all categories, that is 1 at the element's own.
  static let oneHotEncoder = rules(
    "OneHotEncoder",
    infer: { context in
      guard let shape = context.shape(0) else { return }
      let categories = context.labelCount(integers: "cats_int64s", strings: "cats_strings")
      context.set(shape: Shape(shape.dimensions + [categories]))
    },
    cost: { _ in .none })
}
