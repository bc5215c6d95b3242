import Tensors

/// RandomNormal, RandomUniform, and the operators that take the shape of their argument instead.
extension OperatorRules {
  /// Numbers of the type `dtype` and the shape `shape`, drawn, scaled and shifted: three operations per element.
  static func randomTensor(_ name: String) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        context.set(element: context.elementType("dtype") ?? .f32)
        guard let sizes = context.ints("shape") else { return }
        guard sizes.allSatisfy({ $0 >= 0 }) else {
          return context.report(
            "negative-size", "`shape` is \(sizes), but no size may be negative", at: .attribute("shape"))
        }
        context.set(shape: Shape(sizes.map { Dimension($0) }))
      },
      cost: { $0.elementwise(3) })
  }

  /// The same in the shape of argument 0, and in its element type where `dtype` says none.
  static func randomTensorLike(_ name: String) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        context.set(element: context.elementType("dtype") ?? context.element(0))
        context.set(shape: context.shape(0))
      },
      cost: { $0.elementwise(3) })
  }
}
