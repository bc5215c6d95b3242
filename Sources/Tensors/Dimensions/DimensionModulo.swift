extension Dimension {
  /// self − divisor·⌊self/divisor⌋, which has the divisor's sign as in Python; unknown by zero.
  package func modulo(_ divisor: Dimension) -> Dimension {
    if case .constant(let p) = storage, case .constant(let q) = divisor.storage {
      return Integers.checkedFloorRemainder(p, q).map { Dimension($0) } ?? .unknown
    }
    return modulo(divisor, fuel: Self.steps)
  }

  private func modulo(_ q: Dimension, fuel: Int) -> Dimension {
    let p = self
    if p.isUnknown || q.isUnknown || q == 0 { return .unknown }
    if case .constant(let a) = p.storage, case .constant(let b) = q.storage {
      return Integers.checkedFloorRemainder(a, b).map { Dimension($0) } ?? .unknown
    }
    if fuel == 0 { return Self.remainderAtom(p, q) }
    if p == 0 || q == 1 { return 0 }
    if q.leadingCoefficient < 0 { return -(-p).modulo(-q, fuel: fuel - 1) }
    if let shared = Self.cancelling(p, q) {
      return shared.factor * shared.p.modulo(shared.q, fuel: fuel - 1)
    }

    let isPositive = q.isAtLeast(1)
    if isPositive {
      if p.isAtLeast(0), (q - p).isAtLeast(1) { return p }
      if (-p).isAtLeast(1), (p + q).isAtLeast(0) { return p + q }
    }
    guard let a = p.polynomial, let b = q.polynomial, let (_, rest) = a.quotientAndRest(by: b) else {
      return Self.remainderAtom(p, q)
    }
    let reduced = Self.withPositiveLead(Dimension(rest), modulo: q)
    if reduced != p { return reduced.modulo(q, fuel: fuel - 1) }
    if isPositive, let content = Self.partialContent(p, q) {
      let constant = a.constantTerm
      let inner = p.dividedRoundingConstant(by: content)
        .modulo(q.dividedRoundingConstant(by: content), fuel: fuel - 1)
      return Dimension(content) * inner + Dimension(Integers.floorRemainder(constant, content))
    }
    if let simpler = Self.droppingNestedRemainder(p, q) { return simpler.modulo(q, fuel: fuel - 1) }
    return Self.remainderAtom(p, q)
  }

  /// A size congruent to `p` modulo a positive integer, whose leading coefficient is positive.
  private static func withPositiveLead(_ p: Dimension, modulo q: Dimension) -> Dimension {
    guard q.constant != nil, p.constant == nil, let lead = p.polynomial?.terms.first, lead.coefficient < 0 else {
      return p
    }
    return p + q * Dimension(Polynomial(terms: [Term(1, lead.monomial)]))
  }

  /// A size congruent to `p` modulo an integer that divides an inner remainder's divisor: (x % 8) % 4 is x % 4.
  private static func droppingNestedRemainder(_ p: Dimension, _ q: Dimension) -> Dimension? {
    guard let modulus = q.constant, let polynomial = p.polynomial else { return nil }
    for term in polynomial.terms {
      guard let atom = term.monomial.singleAtom, case .remainder(let a, let b) = atom.kind,
        let inner = (b * Dimension(term.coefficient)).constant, inner % modulus == 0
      else { continue }
      return p + Dimension(term.coefficient) * (a - Dimension(1, times: atom))
    }
    return nil
  }

  private static func remainderAtom(_ p: Dimension, _ q: Dimension) -> Dimension {
    let divisor = q.interval
    var range = Interval()
    if divisor.lower >= 1 {
      let top = divisor.hasUpper ? divisor.upper - 1 : Interval.unlimited
      range = Interval(lower: 0, upper: p.interval.lower >= 0 ? min(top, p.interval.upper) : top)
    }
    return Dimension(Polynomial(terms: [Term(1, Monomial(Atom(.remainder(p, q), within: range)))]))
  }
}
