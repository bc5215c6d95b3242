import Graphs
import Tensors

extension CostContext {
  /// What a mixture of experts takes: a MAC for each weight of the `k` experts that a token goes through.
  ///
  /// - Parameters:
  ///   - first: the place of the weights `[experts, rows, …]` that lead in; two matrices in one where `swiglu_fusion` is set.
  ///   - third: the place of a second matrix that leads in.
  func expertCost(first: Int, third: Int) -> Cost {
    guard let rows = input(first, rank: 3)?[1], let count = size("k") else { return .unknown }
    let isFused = (attribute("swiglu_fusion")?.int ?? 0) != 0
    let inner = isFused ? rows.floorDivided(by: 2) : rows
    return .products(inputCount() * count * (rows + inner + (has(third) ? inner : 0)))
  }
}
