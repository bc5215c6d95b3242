extension Dimension {
  /// A quotient as it is shown, which may differ from the normal form's by whole terms.
  struct ShownQuotient {
    var dividend: Dimension
    var divisor: Dimension
    var isCeiling = false
    /// True where it is another quotient than the atom that it is shown for.
    var isRewritten = false
  }
}

// The normal form of 3*N/4 is N - (N + 3)/4, since ⌊3n/4⌋ = n − ⌈n/4⌉. Rewriting quotients by such identities, where
// that makes a polynomial shorter, gives back what people write.
extension Dimension.Polynomial {
  /// The polynomial as it is shown, in which some quotient atoms stand for another quotient.
  func presented() -> (polynomial: Self, quotients: [Dimension.Atom: Dimension.ShownQuotient]) {
    var polynomial = self
    var quotients: [Dimension.Atom: Dimension.ShownQuotient] = [:]
    for atom in terms.flatMap({ $0.monomial.factors.map(\.atom) }) where quotients[atom] == nil {
      guard case .quotient(let p, let q) = atom.kind else { continue }
      var shown = Dimension.ShownQuotient(dividend: p, divisor: q)
      // At most one step for each term that can disappear.
      for _ in terms {
        let better = shown.alternatives.lazy.compactMap { alternative in
          // An offset is in terms of normal forms, of which a rewritten atom no longer is one.
          alternative.offset?.monomial.factors.contains { quotients[$0.atom]?.isRewritten == true } == true
            ? nil : polynomial.rewriting(atom, as: alternative).map { (alternative.quotient, $0) }
        }.first
        guard let better else { break }
        (shown, polynomial) = better
        shown.isRewritten = true
      }
      quotients[atom] = shown
    }
    return (polynomial, quotients)
  }

  /// The polynomial with an atom replaced by ±atom + offset, if that reads better and the atom occurs only linearly.
  private func rewriting(_ atom: Dimension.Atom, as alternative: Dimension.ShownQuotient.Alternative) -> Self? {
    let containing = terms.filter { $0.monomial.factors.contains { $0.atom == atom } }
    let cofactors = containing.compactMap { term in
      term.monomial.dividedExactly(by: .init(atom)).map { Term(term.coefficient, $0) }
    }
    guard cofactors.allSatisfy({ !$0.monomial.factors.contains { $0.atom == atom } }),
      let offset = Self(terms: alternative.offset == nil ? [] : cofactors)
        .multiplied(by: alternative.offset ?? Term(1, .init())),
      let signed = alternative.isNegated ? adding(.init(terms: containing), times: -2) : self,
      let rewritten = signed.adding(offset)
    else { return nil }
    if rewritten.terms.count != terms.count { return rewritten.terms.count < terms.count ? rewritten : nil }
    let isNicer =
      alternative.quotient.isCeiling
      ? rewritten.constantTerm.magnitude < constantTerm.magnitude
      : alternative.offset == nil && cofactors.allSatisfy { $0.coefficient < 0 }
    return isNicer ? rewritten : nil
  }
}

extension Dimension.ShownQuotient {
  /// Another quotient: this one is ± the other plus an offset.
  struct Alternative {
    var quotient: Dimension.ShownQuotient
    var isNegated = false
    /// Nothing stands for 0.
    var offset: Dimension.Term?
  }

  /// The quotients that this one may be written by.
  var alternatives: [Alternative] {
    guard !isCeiling, let terms = dividend.polynomial?.terms, let leading = terms.first, !leading.monomial.isOne else {
      return []
    }
    guard divisor.constant != nil else {
      // ⌊(p − 1)/q⌋ = ⌈p/q⌉ − 1.
      guard dividend.polynomial?.constantTerm == -1, divisor.isAtLeast(1) else { return [] }
      let ceiling = Self(dividend: dividend + 1, divisor: divisor, isCeiling: true)
      return [Alternative(quotient: ceiling, offset: .init(-1, .init()))]
    }
    var results: [Alternative] = []
    func append(_ dividend: Dimension, isNegated: Bool = false, offset: Dimension.Term?) {
      if dividend.isUnknown { return }
      let quotient = Self(dividend: dividend, divisor: divisor)
      results.append(Alternative(quotient: quotient, isNegated: isNegated, offset: offset))
    }
    // ⌊p/q⌋ = ±m + ⌊(p ∓ qm)/q⌋ for any monomial m, unless all signs would turn.
    for term in terms where !term.monomial.isOne {
      let offset = Dimension.Term(term.coefficient.signum(), term.monomial)
      let shifted = dividend - divisor * Dimension(Dimension.Polynomial(terms: [offset]))
      if shifted.hasPositiveTerm { append(shifted, offset: offset) }
    }
    // Where the leading coefficient is half the divisor, a quotient's negative is a normal form of its own.
    if Dimension(leading.coefficient) * 2 == divisor || Dimension(leading.coefficient) * -2 == divisor {
      return results
    }
    // ⌊p/q⌋ = m − ⌊(qm + q − 1 − p)/q⌋ for the leading monomial m.
    let lead = Dimension.Term(1, leading.monomial)
    let negated = divisor - 1 - dividend
    let flipped = negated + divisor * Dimension(Dimension.Polynomial(terms: [lead]))
    if flipped.leadingCoefficient > 0 { append(flipped, isNegated: true, offset: lead) }
    // ⌊p/q⌋ = −⌊(q − 1 − p)/q⌋, unless a minus would only move inside.
    if negated.hasPositiveTerm { append(negated, isNegated: true, offset: nil) }
    return results
  }
}

extension Dimension.Monomial {
  /// What the product of the symbols in it, as written, is a multiple of; `nil` on overflow.
  var divisorProduct: UInt? {
    var product: UInt = 1
    for factor in factors {
      guard case .symbol(let symbol) = factor.atom.kind, symbol.divisor > 1 else { continue }
      for _ in 0..<factor.exponent {
        let (next, overflow) = product.multipliedReportingOverflow(by: symbol.divisor.magnitude)
        if overflow { return nil }
        product = next
      }
    }
    return product
  }
}

extension Dimension.Polynomial {
  /// The least number by which the polynomial has to be multiplied so that no fraction of a symbol is written in it.
  ///
  /// `nil` where that is unreasonably large.
  var fractionScale: Int? {
    var scale: UInt = 1
    for term in terms {
      guard let divisors = term.monomial.divisorProduct else { return nil }
      let denominator = divisors / Dimension.Integers.gcd(term.coefficient.magnitude, divisors)
      let (product, overflow) = scale.multipliedReportingOverflow(
        by: denominator / Dimension.Integers.gcd(scale, denominator))
      if overflow || product > 1 << 24 { return nil }
      scale = product
    }
    return Int(scale)
  }
}

extension Dimension {
  /// True where some term with an atom has a positive coefficient.
  var hasPositiveTerm: Bool {
    polynomial?.terms.contains { $0.coefficient > 0 && !$0.monomial.isOne } ?? false
  }
}
