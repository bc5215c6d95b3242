import Graphs
import Tensors

/// NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss.
extension OperatorRules {
  /// A loss of scores `[N, C, …]` for labels `[N, …]`: of that shape where nothing is reduced, else a scalar.
  ///
  /// A label's loss takes a product with its weight and, reduced, an addition.
  ///
  /// - Parameter operations: operations per score before that.
  static func classificationLoss(_ name: String, operations: Int) -> OperatorRules {
    OperatorRules(
      name, infer: { $0.classificationLoss() },
      cost: { context in
        let labels = context.inputCount(1)
        let isReduced = (context.attribute("reduction")?.text ?? "mean") != "none"
        return Cost(
          flops: context.inputCount() * Dimension(operations) + labels * (context.has(2) ? 1 : 0)
            + labels * (isReduced ? 1 : 0))
      })
  }
}

extension InferenceContext {
  fileprivate mutating func classificationLoss() {
    set(1, shape: shape(0))
    let reduction = text("reduction") ?? "mean"
    guard ["none", "mean", "sum"].contains(reduction) else { return }
    if reduction != "none" { set(shape: Shape([])) }
    guard requireRank(2...Int.max, of: shape(0), "the scores", at: .input(0)) else { return }
    let scores = shape(0)?.dimensions
    if let scores {
      let rank = scores.count - 1
      guard requireRank(rank...rank, of: shape(1), "the labels", at: .input(1)) else { return }
      requireVector(2, of: scores[1], at: .axis(input: 0, 1), "weight", "the scores' axis 1 has")
    }
    let wanted = scores.map { [$0[0]] + $0[2...] }
    guard var sizes = wanted ?? shape(1)?.dimensions else { return }
    if wanted != nil, let labels = shape(1)?.dimensions {
      for axis in sizes.indices {
        sizes[axis] = agree(
          sizes[axis], labels[axis], at: .input(1),
          "axis \(axis) of the labels is \(labels[axis]), but the scores have \(sizes[axis]) there")
      }
    }
    if reduction == "none" { set(shape: Shape(sizes)) }
  }
}
