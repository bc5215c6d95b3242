// What quotients and remainders have in common: cancelling, and division with rest.
extension Dimension.Polynomial {
  /// The greatest common divisor of the coefficients, with or without that of the constant term; 0 where there are none.
  func content(constants: Bool) -> UInt {
    terms.reduce(0) { content, term in
      !constants && term.monomial.isOne ? content : Dimension.Integers.gcd(content, term.coefficient.magnitude)
    }
  }

  /// The greatest monomial that divides every term.
  var commonMonomial: Dimension.Monomial {
    guard var common = terms.first?.monomial else { return .init() }
    for term in terms.dropFirst() where !common.isOne { common = common.common(with: term.monomial) }
    return common
  }

  /// The quotient by a term that divides every other; the constant term is rounded down.
  func dividedExactly(by divisor: Term) -> Self? {
    var quotient: [Term] = []
    for term in terms {
      guard let monomial = term.monomial.dividedExactly(by: divisor.monomial) else { return nil }
      let coefficient = Dimension.Integers.floorQuotient(term.coefficient, divisor.coefficient)
      if coefficient != 0 { quotient.append(Term(coefficient, monomial)) }
    }
    return .init(terms: quotient)
  }

  /// The quotient and the rest of long division by a polynomial whose leading coefficient is positive.
  ///
  /// The rest depends on nothing but the residue class: no term of it is divisible by the divisor's leading monomial
  /// with a coefficient outside (−c/2, c/2], where c is the leading coefficient; constants by constants are in [0, c).
  /// `nil` on overflow and where the division takes too long.
  func quotientAndRest(by divisor: Self) -> (quotient: Self, rest: Self)? {
    guard let leading = divisor.terms.first else { return nil }
    var quotient = Self(terms: [])
    var rest: [Term] = []
    var dividend = self
    var steps = 0
    while let term = dividend.terms.first {
      steps += 1
      if steps > 4 * Dimension.Limits.terms { return nil }
      if let monomial = term.monomial.dividedExactly(by: leading.monomial) {
        var times = Dimension.Integers.floorQuotient(term.coefficient, leading.coefficient)
        let residue = Dimension.Integers.floorRemainder(term.coefficient, leading.coefficient)
        if !term.monomial.isOne, residue > leading.coefficient / 2 { times += 1 }
        if times != 0 {
          let step = Term(times, monomial)
          guard let product = divisor.multiplied(by: step), let next = dividend.adding(product, times: -1),
            let sum = quotient.adding(.init(terms: [step]))
          else { return nil }
          quotient = sum
          dividend = next
          if dividend.terms.first?.monomial != term.monomial { continue }
        }
      }
      rest.append(dividend.terms.removeFirst())
    }
    return (quotient, .init(terms: rest))
  }
}

extension Dimension {
  /// A factor that two sizes share, with what remains of each.
  ///
  /// `nil` if they share none but 1. Greatest among terms, not among polynomials.
  static func cancelling(_ p: Dimension, _ q: Dimension) -> (factor: Dimension, p: Dimension, q: Dimension)? {
    guard let a = p.polynomial, let b = q.polynomial, !a.terms.isEmpty else { return nil }
    let content = Int(exactly: Integers.gcd(a.content(constants: true), b.content(constants: true))) ?? 1
    let monomial = b.commonMonomial.isOne ? Monomial() : a.commonMonomial.common(with: b.commonMonomial)
    let factor = Term(content, monomial)
    if content == 1, monomial.isOne { return nil }
    guard let left = a.dividedExactly(by: factor), let right = b.dividedExactly(by: factor) else { return nil }
    return (Dimension(Polynomial(terms: [factor])), Dimension(left), Dimension(right))
  }

  /// A number above 1 that divides `q` and all of `p` but its constant term.
  static func partialContent(_ p: Dimension, _ q: Dimension) -> Int? {
    guard let a = p.polynomial, let b = q.polynomial else { return nil }
    let content = Int(exactly: Integers.gcd(a.content(constants: false), b.content(constants: true))) ?? 1
    return content > 1 ? content : nil
  }

  /// The coefficient of the highest term; 0 for 0 and the unknown.
  var leadingCoefficient: Int { polynomial?.terms.first?.coefficient ?? 0 }

  /// The value over a positive number that divides all but its constant term, rounded down.
  func dividedRoundingConstant(by divisor: Int) -> Dimension {
    Dimension(polynomial?.dividedExactly(by: Term(divisor, Monomial())))
  }
}
