extension Dimension {
  /// The most cases that are told apart.
  private static let zeroCases = 16

  /// The cases in which a size that is never negative is 0, each by symbols that are 0 in it; `nil` where symbols alone do
  /// not tell.
  ///
  /// The cases of `N*S` are `N = 0` and `S = 0`; that of `N + S` is both.
  package var zeros: [[String: Dimension]]? {
    guard let polynomial else { return nil }
    let common = polynomial.commonMonomial
    if !common.isOne, let rest = polynomial.dividedExactly(by: Term(1, common)),
      Dimension(rest).isProvablyDifferent(from: 0)
    {
      return common.vanishing.map { names in names.map { [$0: 0] } }
    }
    var cases: [[String: Dimension]] = [[:]]
    for term in polynomial.terms {
      guard term.coefficient > 0, let names = term.monomial.vanishing else { return nil }
      cases = cases.flatMap { known in names.map { known.merging([$0: 0]) { zero, _ in zero } } }
      guard cases.count <= Self.zeroCases else { return nil }
    }
    return cases
  }
}

extension Dimension.Monomial {
  /// The symbols of which one must be 0 where the product is; `nil` where it has another factor that may be 0 or less.
  fileprivate var vanishing: [String]? {
    var names: [String] = []
    for factor in factors {
      if case .symbol(let symbol) = factor.atom.kind, symbol.minimum >= 0 {
        if symbol.minimum == 0 { names.append(symbol.name) }
      } else if factor.atom.interval.lower < 1 {
        return nil
      }
    }
    return names
  }
}
