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
        context.set(shape: Shape([rows, .unknown]))
        return context.findNonZero()
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

extension InferenceContext {
  /// The places of a small constant of any number of axes but none.
  fileprivate mutating func findNonZero() {
    guard let tensor = smallTensor(0), !tensor.sizes.isEmpty, let stored = tensor.tensor,
      let values = stored.fractions(limit: SmallTensor.limit)
        ?? stored.integers(limit: SmallTensor.limit)?.map({ $0 == 0 ? 0 : 1 })
    else { return }
    let places = values.indices.filter { values[$0] != 0 }
    var rows: [[Int]] = []
    var stride = 1
    for size in tensor.sizes.reversed() {
      rows.append(places.map { $0 / stride % size })
      stride = stride &* size
    }
    set(constant: .i64(rows.reversed().flatMap { $0 }, sizes: [rows.count, places.count]))
  }
}
