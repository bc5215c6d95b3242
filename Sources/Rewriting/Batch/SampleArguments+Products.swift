import Graphs
import Tensors

// Operators with weights, and products.
extension SampleArguments {
  /// Samples along the first axis; of the first argument alone, or of all that have any.
  func batchFirst(alone: Bool) -> SampleFlow {
    guard !alone || stacked == [0] else { return several }
    guard stacked.allSatisfy({ layouts[$0]?.axis == 0 && layouts[$0]?.outer == 1 }) else {
      return .mixed("takes the batch along its first axis, and it is along another one here")
    }
    if int("training_mode") == 1 { return .mixed("normalizes over the batch") }
    return .layouts(
      node.results.map { result in
        result.flatMap { tracker.batchAxes(of: $0).isEmpty ? nil : SampleLayout(axis: 0) }
      })
  }

  func matrixProduct() -> SampleFlow {
    let right = node.operatorType == "QLinearMatMul" ? 3 : 1
    guard stacked.allSatisfy({ $0 == 0 || $0 == right }) else {
      return .mixed("takes samples in other arguments than its two matrices")
    }
    if ["transA", "transB", "transBatchA", "transBatchB"].contains(where: { int($0) ?? 0 != 0 }),
      node.operatorType == "FusedMatMul"
    {
      return .mixed("transposes its arguments, which is not followed")
    }
    let rank = resultSizes().count
    var common: SampleLayout?
    for place in stacked {
      guard let layout = layouts[place] else { continue }
      let own = sizes(place).count
      guard own >= 2 else { return .mixed("multiplies along the batch") }
      let inner = place == 0 ? own - 1 : own - 2
      guard layout.axis != inner else { return .mixed("multiplies along the batch") }
      let isVector = place == 0 ? sizes(right).count == 1 : sizes(0).count == 1
      var axis = layout.axis + rank - own + (isVector ? 1 : 0)
      if isVector, place == right, layout.axis == own - 1 { axis = rank - 1 }
      if layout.axis >= own - 2, stacked.count > 1 { return .mixed("multiplies samples with others") }
      let aligned = SampleLayout(axis: axis, outer: layout.outer)
      if let common, !common.isSame(as: aligned) { return .mixed("brings different samples together") }
      common = aligned
    }
    guard let common else { return .layouts([]) }
    return all(common)
  }

  func gemm() -> SampleFlow {
    guard let layout = layout(0), stacked == [0] || stacked == [0, 2] else { return several }
    guard layout.axis == (int("transA") ?? 0 != 0 ? 1 : 0) else { return .mixed("multiplies along the batch") }
    if let bias = self.layout(2) {
      let axis = bias.axis + 2 - sizes(2).count
      guard axis == 0, bias.outer.isProvablyEqual(to: layout.outer) else {
        return .mixed("brings different samples together")
      }
    }
    return all(0, layout)
  }

  func einsum() -> SampleFlow {
    guard let equation = node[attribute: "equation"]?.text else { return .mixed("has no equation") }
    let sides = equation.filter { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 2, sides[1].first == ">", !equation.contains(".") else {
      return .mixed("has an equation that is not followed")
    }
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let result = Array(sides[1].dropFirst())
    guard terms.count == node.inputs.count else { return .mixed("has an equation that is not followed") }
    var letter: Character?
    var outer: Dimension = 1
    for place in stacked {
      guard let layout = layouts[place], terms[place].indices.contains(layout.axis) else {
        return .mixed("has an equation that is not followed")
      }
      let own = terms[place][layout.axis]
      if let letter, letter != own || !outer.isProvablyEqual(to: layout.outer) {
        return .mixed("brings different samples together")
      }
      (letter, outer) = (own, layout.outer)
    }
    guard let letter, let axis = result.firstIndex(of: letter) else { return .mixed("sums over the batch") }
    return all(axis, SampleLayout(axis: axis, outer: outer))
  }

  func recurrent() -> SampleFlow {
    let isBatchFirst = int("layout") ?? 0 == 1
    for place in stacked {
      let wanted = place == 4 ? 0 : isBatchFirst ? 0 : 1
      guard [0, 4, 5, 6].contains(place), layouts[place]?.axis == wanted, layouts[place]?.outer == 1 else {
        return .mixed("takes the batch along another axis")
      }
    }
    guard layouts[0] != nil else { return .mixed("takes samples in its states alone") }
    return .layouts(
      node.results.enumerated().map { place, result in
        result == nil ? nil : SampleLayout(axis: isBatchFirst ? 0 : place == 0 ? 2 : 1)
      })
  }
}
