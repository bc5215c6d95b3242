import Tensors

extension MicrosoftRules {
  /// A matrix product with a weight packed into 4 bits, whose shape is an argument.
  static let matMulFpQ4 = rules(
    "MatMulFpQ4",
    infer: { context in
      guard let left = context.shape(0), let sizes = context.shapeData(2), sizes.count == 2 else { return }
      let right = sizes.map(\.ifNatural)
      context.set(shape: context.matrixProduct(left, Shape(right)))
    },
    cost: { context in
      .products(context.outputCount() * (context.input(0)?.last ?? .unknown))
    })
}
