extension Dimension {
  /// One term of a size written as a sum: an integer times factors.
  package struct Product: Sendable {
    /// Never 0.
    package var coefficient: Int
    /// A power stands as often as its exponent says.
    package var factors: [Expression]
  }

  /// A part of a size that sums and products do not take apart.
  package enum Expression: Hashable, Sendable {
    case symbol(Dimension)
    /// ⌊p/q⌋.
    case quotient(Dimension, Dimension)
    /// p − q⌊p/q⌋.
    case remainder(Dimension, Dimension)
    case minimum([Dimension])
    case maximum([Dimension])

    /// The size that the expression stands for.
    package var dimension: Dimension {
      switch self {
      case .symbol(let symbol): symbol
      case .quotient(let p, let q): p.floorDivided(by: q)
      case .remainder(let p, let q): p.modulo(q)
      case .minimum(let operands): operands.dropFirst().reduce(operands[0]) { .minimum($0, $1) }
      case .maximum(let operands): operands.dropFirst().reduce(operands[0]) { .maximum($0, $1) }
      }
    }
  }

  /// The terms that add up to the size, highest degree first, none for 0; `nil` where it is unknown.
  package var products: [Product]? {
    polynomial?.terms.map { term in
      var product = Product(coefficient: term.coefficient, factors: [])
      for factor in term.monomial.factors {
        for _ in 0..<factor.exponent { product.multiply(by: factor.atom) }
      }
      return product
    }
  }
}

extension Dimension.Product {
  /// Takes in an atom; that of a symbol with a divisor stands for their quotient.
  fileprivate mutating func multiply(by atom: Dimension.Atom) {
    switch atom.kind {
    case .symbol(let symbol):
      let whole = Dimension(symbol.divisor, times: atom)
      if coefficient.isMultiple(of: symbol.divisor) {
        coefficient /= symbol.divisor
        factors.append(.symbol(whole))
      } else {
        factors.append(.quotient(whole, Dimension(symbol.divisor)))
      }
    case .quotient(let p, let q): factors.append(.quotient(p, q))
    case .remainder(let p, let q): factors.append(.remainder(p, q))
    case .minimum(let operands): factors.append(.minimum(operands))
    case .maximum(let operands): factors.append(.maximum(operands))
    }
  }
}
