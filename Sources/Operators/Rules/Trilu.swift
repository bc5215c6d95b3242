import Graphs
import Tensors

extension OperatorRules {
  /// The upper or lower triangle of each matrix, zeros elsewhere.
  package static let trilu: OperatorRules = {
    var rules = movement("Trilu") { context in
      guard context.requireRank(2...Int.max, of: context.shape(0), "the input", at: .input(0)) else { return }
      context.set(shape: context.shape(0))
      context.foldTriangle()
    }
    rules.decompose = { $0.trilu() }
    return rules
  }()
}

extension InferenceContext {
  fileprivate mutating func foldTriangle() {
    guard let diagonal = input(1) == nil ? 0 : constantData(1)?.first else { return }
    let isUpper = (int("upper") ?? 1) != 0
    fold { context in
      guard var tensor = context.smallTensor(0), tensor.sizes.count >= 2, let columns = tensor.sizes.last, columns > 0
      else { return nil }
      let rows = tensor.sizes[tensor.sizes.count - 2]
      for place in tensor.words.indices {
        let offset = (place % columns).subtractingReportingOverflow(place / columns % rows).partialValue
        if isUpper ? offset < diagonal : offset > diagonal { tensor.words[place] = 0 }
      }
      return tensor
    }
  }
}

extension DecompositionContext {
  /// Compares each element's column with its row.
  fileprivate mutating func trilu() -> Bool {
    guard let x = input(0), let rank = rank(of: x), rank >= 2, let element = writer.known(x).type.element,
      let zero = element.isFloatingPoint ? Tensor.scalar(element, 0) : Tensor.integers(element, [0], sizes: []),
      let rowCount = size(of: x, axis: rank - 2), let columnCount = size(of: x, axis: rank - 1),
      let rows = indices(below: rowCount), let columns = indices(below: columnCount),
      var diagonal = unsqueeze(rows, 1)
    else { return false }
    if let k = input(1) {
      guard let moved = write("Add", diagonal, k) else { return false }
      diagonal = moved
    }
    let isUpper = (attribute("upper")?.int ?? 1) != 0
    guard let kept = write(isUpper ? "GreaterOrEqual" : "LessOrEqual", columns, diagonal),
      let result = write("Where", kept, x, writer.constant(zero))
    else { return false }
    results = [result]
    return true
  }
}
