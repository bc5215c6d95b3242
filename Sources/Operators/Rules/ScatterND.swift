import Graphs
import Tensors

extension OperatorRules {
  /// The data with slices replaced by updates: the shape of the data, and an operation per update where they are reduced.
  package static let scatterND = OperatorRules(
    "ScatterND",
    infer: { context in
      context.set(shape: context.shape(0))
      guard context.shape(0)?.rank == 1, let data = context.shapeDataInput(0) else { return }
      // One index `[1]`, or a list of them `[n, 1]`, which shape data follows as the tensor itself.
      var indices: [[Dimension]]?
      if let shape = context.shape(1), shape.dimensions.last?.constant == 1 {
        if shape.rank == 1 {
          indices = context.shapeData(1).map { [$0] }
        } else if shape.rank == 2 {
          indices = context.input(1)?.constant?.integers(limit: ShapeData.limit)?.map { [Dimension($0)] }
        }
      }
      let elements = context.scattered(into: data, at: indices, count: data.count)
      context.set(shape: context.shape(0), elements: elements)
    },
    cost: { $0.scatter() })
}

extension CostContext {
  /// One operation per element of `updates`, input 2, where `reduction` combines; otherwise they are only moved.
  func scatter() -> Cost {
    (attribute("reduction")?.text ?? "none") == "none" ? .none : Cost(flops: inputCount(2))
  }
}
