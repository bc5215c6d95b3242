import Tensors

extension OperatorRules {
  /// The places of all elements that are not zero, a column each: `[rank, places]`; one comparison per element.
  ///
  /// How many there are is known where the input is. Runtimes disagree on the rows of a scalar.
  package static let nonZero = OperatorRules(
    "NonZero",
    infer: { context in
      let rank = context.shape(0)?.rank
      let rows = rank.flatMap { $0 > 0 ? Dimension($0) : nil } ?? .unknown
      guard rank == 1, let data = context.shapeDataInput(0) else {
        return context.set(shape: Shape([rows, .unknown]))
      }
      let isZero = data.map { element in
        element.constant.map { $0 == 0 } ?? (element.isProvablyDifferent(from: 0) ? false : nil)
      }
      guard !isZero.contains(nil) else { return context.set(shape: Shape([rows, .unknown])) }
      let places = isZero.indices.filter { isZero[$0] == false }
      context.set(constant: .i64(places, sizes: [1, places.count]))
    },
    cost: { $0.perInput(1) })
}
