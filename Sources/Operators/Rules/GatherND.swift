import Graphs
import Tensors

extension OperatorRules {
  /// The parts of the data that index vectors name, the vectors being along the last axis of the indices.
  package static let gatherND = movement("GatherND") { context in
    guard let data = context.shape(0)?.dimensions, let indices = context.shape(1)?.dimensions,
      let length = indices.last?.constant
    else { return }
    let batch = context.int("batch_dims") ?? 0
    guard batch >= 0, length >= 1, batch < indices.count, batch + length <= data.count else {
      return context.report(
        "rank-mismatch",
        "indices of \(counted(length, "number")) do not name parts of \(Shape(data)) behind \(counted(batch, "batch axis", "batch axes"))",
        at: .input(1))
    }
    let result = Shape(Array(indices.dropLast()) + data[(batch + length)...])
    var elements: [Dimension]?
    if data.count == 1, let vector = context.shapeDataInput(0) {
      let places = context.smallTensor(1)?.tensor?.integers(limit: SmallTensor.limit)?.map { Dimension($0) }
      elements = result.rank <= 1 ? context.gathered(vector, at: places) : nil
    }
    context.set(shape: result, elements: elements)
  }
}
