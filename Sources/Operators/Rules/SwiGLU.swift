import Tensors

extension OperatorRules {
  /// `Swish(A) · B` of tensors of one shape: a product more than Swish per element.
  package static let swiGLU = OperatorRules(
    "SwiGLU",
    infer: { context in
      guard let gate = context.shape(0), let value = context.shape(1) else {
        return context.set(shape: context.shape(0) ?? context.shape(1))
      }
      guard context.requireRank(gate.rank...gate.rank, of: value, "`B`", at: .input(1)) else { return }
      var result = gate
      for axis in gate.dimensions.indices {
        let sizes = (gate.dimensions[axis], value.dimensions[axis])
        result.dimensions[axis] = context.agree(
          sizes.0, sizes.1, at: .input(1), "axis \(axis) of `A` is \(sizes.0), but \(sizes.1) of `B`")
      }
      context.set(shape: result)
    },
    cost: { $0.elementwise($0.swishOperations + 1) })
}
