import Tensors

extension OperatorRules {
  /// The beginning of each sequence of a batch in reverse order.
  package static let reverseSequence = movement("ReverseSequence") { context in
    context.set(shape: context.shape(0))
    guard let shape = context.shape(0), context.requireRank(2...Int.max, of: shape, "the input", at: .input(0)) else {
      return
    }
    let (batch, time) = (context.int("batch_axis") ?? 1, context.int("time_axis") ?? 0)
    guard [batch, time].sorted() == [0, 1] else {
      return context.report(
        "invalid-attribute", "batch and time must be the axes 0 and 1, but are \(batch) and \(time)",
        at: .attribute("batch_axis"))
    }
    context.requireVector(
      1, of: shape.dimensions[batch], at: .axis(input: 0, batch), "vector of lengths", "the batch has")
  }
}
