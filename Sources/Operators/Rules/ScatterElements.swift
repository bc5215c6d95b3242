import Tensors

extension OperatorRules {
  /// The data with elements along `axis` replaced by updates: the shape of the data; it costs what ScatterND does.
  package static let scatterElements = OperatorRules(
    "ScatterElements", infer: { $0.scatterElements() }, cost: { $0.scatter() })
}

extension InferenceContext {
  mutating func scatterElements() {
    set(shape: shape(0))
    guard let rank = shape(0)?.rank,
      normalized(axis: int("axis") ?? 0, rank: rank, at: .attribute("axis")) != nil,
      requireRank(rank...rank, of: shape(1), "`indices`", at: .input(1)),
      requireRank(rank...rank, of: shape(2), "`updates`", at: .input(2))
    else { return }
    guard rank == 1, let data = shapeDataInput(0) else { return }
    checkIndices(1, within: Dimension(data.count), axis: 0)
    set(shape: shape(0), elements: scattered(into: data, at: shapeData(1)?.map { [$0] }, count: data.count))
  }

  /// Elements with the updates of input 2 in the places of single indices; all unknown where a place is.
  func scattered(into data: [Dimension], at indices: [[Dimension]]?, count: Int) -> [Dimension] {
    let unknown = data.map { _ in Dimension.unknown }
    guard let indices, let updates = shapeDataInput(2), updates.count == indices.count else { return unknown }
    var result = data
    var written: Set<Int> = []
    for (index, update) in zip(indices, updates) {
      guard index.count == 1, let given = index[0].constant else { return unknown }
      let place = given < 0 ? given &+ count : given
      guard result.indices.contains(place) else { return unknown }
      switch text("reduction") ?? "none" {
      case "none": result[place] = written.insert(place).inserted ? update : .unknown
      case "add": result[place] += update
      case "mul": result[place] *= update
      case "min": result[place] = Dimension.minimum(result[place], update)
      case "max": result[place] = Dimension.maximum(result[place], update)
      default: return unknown
      }
    }
    return result
  }
}
