extension Dimension {
  /// ⌊self/divisor⌋; unknown by zero.
  package func floorDivided(by divisor: Dimension) -> Dimension {
    if case .constant(let p) = storage, case .constant(let q) = divisor.storage {
      return Integers.checkedFloorQuotient(p, q).map { Dimension($0) } ?? .unknown
    }
    return floorDivided(by: divisor, fuel: Self.steps)
  }

  /// ⌈self/divisor⌉; unknown by zero.
  package func ceilDivided(by divisor: Dimension) -> Dimension {
    if case .constant(let p) = storage, case .constant(let q) = divisor.storage {
      guard let quotient = Integers.checkedFloorQuotient(p, q) else { return .unknown }
      return Dimension(q == -1 || p % q == 0 ? quotient : quotient + 1)
    }
    if divisor.isAtLeast(1) { return (self + (divisor - 1)).floorDivided(by: divisor) }
    return -(-self).floorDivided(by: divisor)
  }

  /// self/divisor rounded towards zero, as C and ONNX divide integers; unknown by zero.
  ///
  /// Unknown also where the sign of a quotient that is not exact cannot be told.
  package func truncatingDivided(by divisor: Dimension) -> Dimension {
    if case .constant(let p) = storage, case .constant(let q) = divisor.storage {
      let (quotient, overflow) = p.dividedReportingOverflow(by: q)
      return overflow ? .unknown : Dimension(quotient)
    }
    if isAtLeast(0), divisor.isAtLeast(1) { return floorDivided(by: divisor) }
    return modulo(divisor) == 0 ? floorDivided(by: divisor) : .unknown
  }

  /// How many rules may apply to one division.
  static let steps = 48

  private func floorDivided(by q: Dimension, fuel: Int) -> Dimension {
    let p = self
    if p.isUnknown || q.isUnknown || q == 0 { return .unknown }
    if case .constant(let a) = p.storage, case .constant(let b) = q.storage {
      return Integers.checkedFloorQuotient(a, b).map { Dimension($0) } ?? .unknown
    }
    if fuel == 0 { return Self.quotientAtom(p, q) }
    if p == 0 || q == 1 { return p }
    if q.leadingCoefficient < 0 { return (-p).floorDivided(by: -q, fuel: fuel - 1) }
    if let shared = Self.cancelling(p, q) { return shared.p.floorDivided(by: shared.q, fuel: fuel - 1) }

    let isPositive = q.isAtLeast(1)
    if isPositive, let value = Self.quotientWithinRange(p, q) { return value }
    guard let a = p.polynomial, let b = q.polynomial, let (quotient, rest) = a.quotientAndRest(by: b) else {
      return Self.quotientAtom(p, q)
    }
    if !quotient.terms.isEmpty {
      return Dimension(quotient) + Dimension(rest).floorDivided(by: q, fuel: fuel - 1)
    }
    if isPositive {
      if let content = Self.partialContent(p, q) {
        return p.dividedRoundingConstant(by: content)
          .floorDivided(by: q.dividedRoundingConstant(by: content), fuel: fuel - 1)
      }
      if let (inner, divisor) = Self.mergingNestedQuotient(p, q) {
        return inner.floorDivided(by: divisor, fuel: fuel - 1)
      }
      // ⌊p/q⌋ = −⌊(q − 1 − p)/q⌋ gives each quotient a positive leading coefficient.
      if p.leadingCoefficient < 0 { return -(q - 1 - p).floorDivided(by: q, fuel: fuel - 1) }
      if let (inner, divisor) = Self.mergingNestedQuotient(q - 1 - p, q) {
        return -inner.floorDivided(by: divisor, fuel: fuel - 1)
      }
    }
    return Self.quotientAtom(p, q)
  }

  /// The quotient by a positive size, where ranges alone decide it.
  private static func quotientWithinRange(_ p: Dimension, _ q: Dimension) -> Dimension? {
    if let divisor = q.constant {
      let range = p.interval.floorQuotients(by: Interval(divisor))
      return range.lower == range.upper ? Dimension(range.lower) : nil
    }
    if p.isAtLeast(0) { return (q - p).isAtLeast(1) ? 0 : nil }
    return (-p).isAtLeast(1) && (p + q).isAtLeast(0) ? -1 : nil
  }

  /// Dividend and divisor for ⌊(⌊a/b⌋ + r)/q⌋ = ⌊(a + br)/(bq)⌋ with a positive `q`, if `p` has such a form.
  ///
  /// Only where `r` is 0, or symbols are in at most one of `b` and `r` and not in `q`: else dividends could grow.
  private static func mergingNestedQuotient(_ p: Dimension, _ q: Dimension) -> (Dimension, Dimension)? {
    guard let polynomial = p.polynomial else { return nil }
    for term in polynomial.terms where term.coefficient == 1 {
      guard let atom = term.monomial.singleAtom, case .quotient(let a, let b) = atom.kind else { continue }
      let rest = p - Dimension(1, times: atom)
      let isSimple = rest == 0 || (q.constant != nil && (b.constant != nil || rest.constant != nil))
      let dividend = a + b * rest
      let divisor = b * q
      if isSimple, !dividend.isUnknown, !divisor.isUnknown { return (dividend, divisor) }
    }
    return nil
  }

  /// ⌊p/q⌋ as an atom; both are reduced already.
  static func quotientAtom(_ p: Dimension, _ q: Dimension) -> Dimension {
    let range = p.interval.floorQuotients(by: q.interval)
    return Dimension(Polynomial(terms: [Term(1, Monomial(Atom(.quotient(p, q), within: range)))]))
  }
}
