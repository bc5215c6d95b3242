extension Dimension {
  struct Factor: Hashable, Sendable {
    let atom: Atom
    /// At least 1.
    let exponent: Int
  }

  /// A product of powers of atoms, sorted by atom; without factors, the number 1.
  struct Monomial: Hashable, Sendable {
    var factors: [Factor]

    init(_ factors: [Factor] = []) {
      self.factors = factors
    }

    init(_ atom: Atom) {
      factors = [Factor(atom: atom, exponent: 1)]
    }
  }

  struct Term: Hashable, Sendable {
    /// Never 0 within a polynomial.
    var coefficient: Int
    var monomial: Monomial

    init(_ coefficient: Int, _ monomial: Monomial) {
      self.coefficient = coefficient
      self.monomial = monomial
    }
  }

  /// A sum of terms with distinct monomials, highest first; without terms, the number 0.
  ///
  /// Operations return `nil` on overflow and where a result would exceed `Limits`.
  struct Polynomial: Hashable, Sendable {
    var terms: [Term]

    init(terms: [Term]) {
      self.terms = terms
    }

    init(constant: Int) {
      terms = constant == 0 ? [] : [Term(constant, Monomial())]
    }
  }
}

extension Dimension.Monomial {
  var isOne: Bool { factors.isEmpty }

  var degree: Int { factors.reduce(0) { $0 + $1.exponent } }

  /// The atom, if the monomial is just one.
  var singleAtom: Dimension.Atom? {
    factors.count == 1 && factors[0].exponent == 1 ? factors[0].atom : nil
  }

  /// How the monomial sorts: higher degree first, then more of the earlier atoms first (graded lexicographic order).
  func compare(_ other: Dimension.Monomial) -> Dimension.Order {
    let order = Dimension.Order.of(other.degree, degree)
    if order != .same { return order }
    for (left, right) in zip(factors, other.factors) {
      let order = left.atom.compare(right.atom)
      if order != .same { return order }
      if left.exponent != right.exponent { return .of(right.exponent, left.exponent) }
    }
    return .same
  }

  static func * (left: Dimension.Monomial, right: Dimension.Monomial) -> Dimension.Monomial {
    if left.isOne { return right }
    if right.isOne { return left }
    var product: [Dimension.Factor] = []
    product.reserveCapacity(left.factors.count + right.factors.count)
    var i = 0
    var j = 0
    while i < left.factors.count, j < right.factors.count {
      let a = left.factors[i]
      let b = right.factors[j]
      switch a.atom.compare(b.atom) {
      case .before:
        product.append(a)
        i += 1
      case .after:
        product.append(b)
        j += 1
      case .same:
        product.append(.init(atom: a.atom, exponent: a.exponent + b.exponent))
        i += 1
        j += 1
      }
    }
    product += left.factors[i...]
    product += right.factors[j...]
    return .init(product)
  }

  /// The quotient by a monomial that divides this one; `nil` where it does not.
  func dividedExactly(by other: Dimension.Monomial) -> Dimension.Monomial? {
    var quotient: [Dimension.Factor] = []
    var j = 0
    for factor in factors {
      guard j < other.factors.count, other.factors[j].atom == factor.atom else {
        quotient.append(factor)
        continue
      }
      let rest = factor.exponent - other.factors[j].exponent
      if rest < 0 { return nil }
      if rest > 0 { quotient.append(.init(atom: factor.atom, exponent: rest)) }
      j += 1
    }
    return j == other.factors.count ? .init(quotient) : nil
  }

  /// The greatest monomial that divides both.
  func common(with other: Dimension.Monomial) -> Dimension.Monomial {
    .init(
      factors.compactMap { factor in
        other.factors.first { $0.atom == factor.atom }.map {
          .init(atom: factor.atom, exponent: min(factor.exponent, $0.exponent))
        }
      })
  }
}

extension Dimension.Polynomial {
  typealias Term = Dimension.Term

  var constant: Int? {
    if terms.isEmpty { return 0 }
    return terms.count == 1 && terms[0].monomial.isOne ? terms[0].coefficient : nil
  }

  /// The term without atoms.
  var constantTerm: Int {
    if let last = terms.last, last.monomial.isOne { last.coefficient } else { 0 }
  }

  var depth: Int {
    terms.reduce(0) { $1.monomial.factors.reduce($0) { max($0, $1.atom.depth) } }
  }

  var weight: Int {
    terms.reduce(0) { $1.monomial.factors.reduce($0) { $0 + $1.atom.weight } }
  }

  var exceedsLimits: Bool {
    typealias Limits = Dimension.Limits
    return terms.count > Limits.terms || weight > Limits.weight || depth > Limits.depth
      || (terms.first?.monomial.degree ?? 0) > Limits.degree
  }

  /// The sum with `other` times `coefficient`.
  func adding(_ other: Self, times coefficient: Int = 1) -> Self? {
    var sum: [Term] = []
    sum.reserveCapacity(terms.count + other.terms.count)
    var i = 0
    var j = 0
    while i < terms.count || j < other.terms.count {
      let order: Dimension.Order =
        i == terms.count
        ? .after : j == other.terms.count ? .before : terms[i].monomial.compare(other.terms[j].monomial)
      if order == .before {
        sum.append(terms[i])
        i += 1
        continue
      }
      let (product, overflow) = other.terms[j].coefficient.multipliedReportingOverflow(by: coefficient)
      if overflow { return nil }
      var total = product
      if order == .same {
        let (value, overflow) = terms[i].coefficient.addingReportingOverflow(product)
        if overflow { return nil }
        total = value
        i += 1
      }
      if total != 0 { sum.append(Term(total, other.terms[j].monomial)) }
      j += 1
    }
    return .init(terms: sum)
  }

  func multiplied(by term: Term) -> Self? {
    var products: [Term] = []
    products.reserveCapacity(terms.count)
    for own in terms {
      let (coefficient, overflow) = own.coefficient.multipliedReportingOverflow(by: term.coefficient)
      if overflow { return nil }
      products.append(Term(coefficient, own.monomial * term.monomial))
    }
    return .init(terms: products)
  }

  func multiplied(by other: Self) -> Self? {
    guard let first = terms.first, let otherFirst = other.terms.first else { return .init(terms: []) }
    if first.monomial.degree + otherFirst.monomial.degree > Dimension.Limits.degree { return nil }
    var product = Self(terms: [])
    for term in terms.count < other.terms.count ? terms : other.terms {
      guard let partial = (terms.count < other.terms.count ? other : self).multiplied(by: term),
        let sum = product.adding(partial), sum.terms.count <= Dimension.Limits.terms
      else { return nil }
      product = sum
    }
    return product
  }
}
