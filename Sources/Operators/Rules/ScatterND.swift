import Graphs
import Tensors

extension OperatorRules {
  /// The data with slices replaced by updates: the shape of the data, and an operation per update where they are reduced.
  package static let scatterND = OperatorRules(
    "ScatterND", infer: { $0.set(shape: $0.shape(0)) }, cost: { $0.scatter() })
}

extension CostContext {
  /// One operation per element of `updates`, input 2, where `reduction` combines; otherwise they are only moved.
  func scatter() -> Cost {
    (attribute("reduction")?.text ?? "none") == "none" ? .none : Cost(flops: inputCount(2))
  }
}
