extension Dimension {
  /// The least and the greatest value that the size may take under its symbols' assumptions; `nil` is no limit.
  ///
  /// Sound, not always tight.
  ///
  /// - Complexity: a bounded number of polynomial products.
  package var bounds: (lower: Int?, upper: Int?) {
    let interval = interval
    return (interval.hasLower ? interval.lower : nil, interval.hasUpper ? interval.upper : nil)
  }

  /// True where both sizes are equal whatever their symbols stand for.
  package func isProvablyEqual(to other: Dimension) -> Bool {
    if isUnknown || other.isUnknown { return false }
    if self == other { return true }
    let difference = self - other
    return difference.constant == 0 || difference.rewrittenForProof.constant == 0
  }

  /// True where the sizes differ whatever their symbols stand for: by sign, or because a divisor of all terms but the
  /// constant does not divide that one.
  package func isProvablyDifferent(from other: Dimension) -> Bool {
    let difference = self - other
    guard let polynomial = difference.polynomial else { return false }
    if let value = polynomial.constant { return value != 0 }
    let rest = polynomial.constantTerm.magnitude
    if rest % polynomial.content(constants: false) != 0 { return true }
    return difference.isAtLeast(1) || (-difference).isAtLeast(1)
  }

  /// True where the size is never less than `other`.
  package func isProvablyAtLeast(_ other: Dimension) -> Bool {
    (self - other).isAtLeast(0)
  }

  func isAtLeast(_ value: Int) -> Bool {
    guard let polynomial else { return false }
    var fuel = Self.relaxations
    return polynomial.lowerBound(reaching: value, fuel: &fuel) >= value
  }

  var interval: Interval {
    guard let polynomial else { return Interval() }
    if let value = polynomial.constant { return Interval(value) }
    let interval = polynomial.interval
    var fuel = Self.relaxations
    let lower = polynomial.lowerBound(reaching: Interval.unlimited, fuel: &fuel)
    guard let negated = (-self).polynomial else { return interval }
    fuel = Self.relaxations
    let upper = negated.lowerBound(reaching: Interval.unlimited, fuel: &fuel)
    return interval.intersection(
      Interval(lower: lower, upper: upper == Interval.none ? Interval.unlimited : -upper))
  }

  /// How many times one proof may replace an atom by an estimate.
  private static let relaxations = 12

  /// The same value by identities that the normal form does without, in atoms outside other atoms.
  ///
  /// Remainders go, by p mod q = p − q⌊p/q⌋. Of ⌊p/q⌋ and ⌊(q − 1 − p)/q⌋, which are each other's negative, one goes
  /// where the normal form has both: ⌊N/2⌋ + ⌊(N + 1)/2⌋ is N.
  fileprivate var rewrittenForProof: Dimension {
    guard let polynomial else { return .unknown }
    var sum: Dimension = 0
    for term in polynomial.terms {
      var product = Dimension(term.coefficient)
      for factor in term.monomial.factors { product *= factor.atom.rewrittenForProof.power(factor.exponent) }
      sum += product
    }
    return sum
  }
}

extension Dimension.Atom {
  fileprivate var rewrittenForProof: Dimension {
    switch kind {
    case .remainder(let p, let q):
      let quotient = p.floorDivided(by: q)
      return p - q * quotient.rewrittenForProof
    case .quotient: return flippedQuotient ?? Dimension(1, times: self)
    default: return Dimension(1, times: self)
    }
  }

  /// The quotient by an integer as the negative of the other one, if that sorts first and is a normal form too.
  private var flippedQuotient: Dimension? {
    guard case .quotient(let p, let q) = kind, q.constant != nil, let divisor = q.polynomial,
      let negated = (q - 1 - p).polynomial, let (whole, rest) = negated.quotientAndRest(by: divisor)
    else { return nil }
    let other = Dimension(rest)
    guard other.leadingCoefficient > 0, other.compare(p) == .before else { return nil }
    return -(Dimension(whole) + Dimension.quotientAtom(other, q))
  }
}

extension Dimension.Polynomial {
  /// The range of values, each atom taken to vary on its own.
  var interval: Dimension.Interval {
    interval { $0.interval }
  }

  private func interval(of atoms: (Dimension.Atom) -> Dimension.Interval) -> Dimension.Interval {
    var sum = Dimension.Interval(0)
    for term in terms {
      var product = Dimension.Interval(term.coefficient)
      for factor in term.monomial.factors {
        let atom = atoms(factor.atom)
        for _ in 0..<factor.exponent { product = product * atom }
      }
      sum = sum + product
    }
    return sum
  }

  /// A value that the polynomial never falls below, and `Int.min` if none is found; stops trying at `target`.
  ///
  /// Tries interval arithmetic; the same after writing each atom as its least value plus a rest, which proves
  /// N² ≥ N; and both after replacing a quotient, minimum, maximum or remainder by an estimate in the atoms inside,
  /// which proves N ≥ ⌊N/2⌋.
  func lowerBound(reaching target: Int, fuel: inout Int) -> Int {
    var best = interval.lower
    if best < target, terms.contains(where: { $0.monomial.degree > 1 }), let shifted = shiftedToLeastValues() {
      best = max(best, shifted.interval { $0.interval.hasLower ? $0.interval.shiftedToZero : $0.interval }.lower)
    }
    for term in terms where best < target && !term.monomial.isOne {
      for estimate in estimates(below: term) {
        guard best < target, fuel > 0 else { return best }
        fuel -= 1
        let bound = estimate.polynomial.lowerBound(reaching: target, fuel: &fuel)
        if bound == Dimension.Interval.none { continue }
        // The estimate is `scale` times this polynomial: round the bound up.
        best = max(best, -Dimension.Integers.floorQuotient(-max(bound, -Int.max), estimate.scale))
      }
    }
    return best
  }

  /// The polynomial in terms of what each atom exceeds its least value by; `nil` where that gets too large.
  private func shiftedToLeastValues() -> Self? {
    guard terms.count <= 32, terms[0].monomial.degree <= 6 else { return nil }
    var sum = Self(terms: [])
    for term in terms {
      var product: Self? = Self(constant: term.coefficient)
      for factor in term.monomial.factors {
        let interval = factor.atom.interval
        let atom = Self(terms: [Term(1, .init(factor.atom))])
        guard let moved = interval.hasLower ? atom.adding(Self(constant: interval.lower)) : atom else { return nil }
        for _ in 0..<factor.exponent { product = product?.multiplied(by: moved) }
      }
      guard let product, let next = sum.adding(product) else { return nil }
      sum = next
    }
    return sum
  }

  private typealias Estimate = (polynomial: Self, scale: Int)

  /// Polynomials that, divided by their scale, never exceed this one, and in which `term` has lost an atom.
  private func estimates(below term: Term) -> [Estimate] {
    var results: [Estimate] = []
    for factor in term.monomial.factors where factor.exponent == 1 && factor.atom.depth > 0 {
      guard let rest = term.monomial.dividedExactly(by: .init(factor.atom)) else { continue }
      let cofactor = Self(terms: [Term(term.coefficient, rest)])
      guard Self(terms: [Term(1, rest)]).interval.lower >= 0 else { continue }
      for (estimate, scale) in Self.estimates(of: factor.atom, fromAbove: term.coefficient < 0) {
        guard let others = adding(Self(terms: [term]), times: -1), let replacement = estimate.multiplied(by: cofactor),
          let polynomial = replacement.adding(others, times: scale), polynomial.terms.count <= 64
        else { continue }
        results.append((polynomial, scale))
      }
    }
    return results
  }

  /// Polynomials that, divided by their scale, are on one side of an atom's value.
  private static func estimates(of atom: Dimension.Atom, fromAbove: Bool) -> [Estimate] {
    func whole(_ dimension: Dimension) -> [Estimate] {
      dimension.polynomial.map { [($0, 1)] } ?? []
    }
    switch atom.kind {
    case .symbol: return []
    case .quotient(let p, let q):
      if let scale = q.constant, scale > 0 {
        return (fromAbove ? p : p - q + 1).polynomial.map { [($0, scale)] } ?? []
      }
      return fromAbove && p.leastValue >= 0 && q.leastValue >= 1 ? whole(p) : []
    case .remainder(let p, let q):
      if !fromAbove || q.leastValue < 1 { return [] }
      return whole(q - 1) + (p.leastValue >= 0 ? whole(p) : [])
    case .minimum(let operands): return fromAbove ? operands.flatMap(whole) : []
    case .maximum(let operands): return fromAbove ? [] : operands.flatMap(whole)
    }
  }
}

extension Dimension {
  /// The lower limit that interval arithmetic alone finds.
  fileprivate var leastValue: Int { polynomial?.interval.lower ?? Interval.none }
}
