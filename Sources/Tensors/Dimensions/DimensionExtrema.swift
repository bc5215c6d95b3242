extension Dimension {
  /// The lesser of two sizes.
  package static func minimum(_ left: Dimension, _ right: Dimension) -> Dimension {
    if case .constant(let a) = left.storage, case .constant(let b) = right.storage { return Dimension(min(a, b)) }
    return extremum(left, right, isMaximum: false)
  }

  /// The greater of two sizes.
  package static func maximum(_ left: Dimension, _ right: Dimension) -> Dimension {
    if case .constant(let a) = left.storage, case .constant(let b) = right.storage { return Dimension(max(a, b)) }
    return extremum(left, right, isMaximum: true)
  }

  /// Sorted operands of which none is provably beaten by another; a single one stands for itself.
  private static func extremum(_ left: Dimension, _ right: Dimension, isMaximum: Bool) -> Dimension {
    if left.isUnknown || right.isUnknown { return .unknown }
    var operands: [Dimension] = []
    for operand in left.operands(ofMaximum: isMaximum) + right.operands(ofMaximum: isMaximum) {
      func isBeaten(_ loser: Dimension, by winner: Dimension) -> Bool {
        isMaximum ? winner.isProvablyAtLeast(loser) : loser.isProvablyAtLeast(winner)
      }
      if operands.contains(where: { isBeaten(operand, by: $0) }) { continue }
      operands.removeAll { isBeaten($0, by: operand) }
      operands.append(operand)
    }
    if operands.count == 1 { return operands[0] }
    if operands.count > Limits.operands { return .unknown }
    // max(−a, −b) = −min(a, b).
    if operands.allSatisfy({ $0.leadingCoefficient < 0 || $0 == 0 }) {
      let flipped = operands.map { -$0 }
      return flipped.contains(.unknown) ? .unknown : -extremumAtom(flipped, isMaximum: !isMaximum)
    }
    return extremumAtom(operands, isMaximum: isMaximum)
  }

  private static func extremumAtom(_ operands: [Dimension], isMaximum: Bool) -> Dimension {
    let sorted = operands.sorted { $0.compare($1) == .before }
    let ranges = sorted.map(\.interval)
    let lowers = ranges.map(\.lower)
    let uppers = ranges.map(\.upper)
    let range =
      isMaximum
      ? Interval(lower: lowers.max() ?? Interval.none, upper: uppers.max() ?? Interval.unlimited)
      : Interval(lower: lowers.min() ?? Interval.none, upper: uppers.min() ?? Interval.unlimited)
    let atom = Atom(isMaximum ? .maximum(sorted) : .minimum(sorted), within: range)
    return Dimension(Polynomial(terms: [Term(1, Monomial(atom))]))
  }

  /// What the size is the maximum (or minimum) of; itself, where it is none.
  private func operands(ofMaximum isMaximum: Bool) -> [Dimension] {
    guard case .polynomial(let polynomial) = storage, polynomial.terms.count == 1,
      let atom = polynomial.terms[0].monomial.singleAtom
    else { return [self] }
    let sign = polynomial.terms[0].coefficient
    switch atom.kind {
    case .minimum(let operands) where !isMaximum && sign == 1: return operands
    case .maximum(let operands) where isMaximum && sign == 1: return operands
    case .minimum(let operands) where isMaximum && sign == -1: return operands.map { -$0 }
    case .maximum(let operands) where !isMaximum && sign == -1: return operands.map { -$0 }
    default: return [self]
    }
  }
}
