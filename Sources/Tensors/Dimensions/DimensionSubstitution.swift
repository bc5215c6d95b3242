extension Dimension {
  /// The size with named dimensions replaced, all at once.
  ///
  /// A symbol `H` with a divisor `d` becomes its binding where `H` itself stands, and the binding's quotient by `d`
  /// where a fraction of `H` does. Unknown where a constant breaks a symbol's assumptions, since the normal form may
  /// rest on them.
  package func substituting(_ bindings: [String: Dimension]) -> Dimension {
    guard case .polynomial(let polynomial) = storage else { return self }
    var sum: Dimension = 0
    for term in polynomial.terms {
      sum += term.substituting(bindings)
      if sum.isUnknown { return .unknown }
    }
    return sum
  }

  /// The value where each symbol takes its bound value.
  ///
  /// `nil` where a symbol has no value or one that breaks its assumptions, by zero, on overflow, and where the size is
  /// unknown.
  package func evaluated(_ bindings: [String: Int]) -> Int? {
    switch storage {
    case .constant(let value): return value
    case .unknown: return nil
    case .polynomial(let polynomial):
      var sum = 0
      for term in polynomial.terms {
        var product = term.coefficient
        for factor in term.monomial.factors {
          guard let value = factor.atom.evaluated(bindings) else { return nil }
          for _ in 0..<factor.exponent {
            let (next, overflow) = product.multipliedReportingOverflow(by: value)
            if overflow { return nil }
            product = next
          }
        }
        let (next, overflow) = sum.addingReportingOverflow(product)
        if overflow { return nil }
        sum = next
      }
      return sum
    }
  }
}

extension Dimension.Symbol {
  /// The symbol's share `value / divisor`, if the value keeps to the assumptions.
  fileprivate func quotient(of value: Int) -> Int? {
    value >= minimum && value % divisor == 0 ? value / divisor : nil
  }
}

extension Dimension.Term {
  fileprivate func substituting(_ bindings: [String: Dimension]) -> Dimension {
    var product: Dimension = 1
    var coefficient = coefficient
    for factor in monomial.factors {
      guard case .symbol(let symbol) = factor.atom.kind, let binding = bindings[symbol.name] else {
        product *= factor.atom.substituting(bindings).power(factor.exponent)
        continue
      }
      if let value = binding.constant, symbol.quotient(of: value) == nil { return .unknown }
      // Undo as many of the symbol's divisors as the coefficient holds.
      var whole = 0
      while whole < factor.exponent, symbol.divisor > 1, coefficient % symbol.divisor == 0 {
        coefficient /= symbol.divisor
        whole += 1
      }
      product *= binding.power(whole)
      if whole < factor.exponent {
        product *= binding.floorDivided(by: Dimension(symbol.divisor)).power(factor.exponent - whole)
      }
    }
    return Dimension(coefficient) * product
  }
}

extension Dimension.Atom {
  fileprivate func substituting(_ bindings: [String: Dimension]) -> Dimension {
    func combine(_ operands: [Dimension], _ operation: (Dimension, Dimension) -> Dimension) -> Dimension {
      let values = operands.map { $0.substituting(bindings) }
      return values.dropFirst().reduce(values[0], operation)
    }
    return switch kind {
    case .symbol: Dimension(1, times: self)
    case .quotient(let p, let q): p.substituting(bindings).floorDivided(by: q.substituting(bindings))
    case .remainder(let p, let q): p.substituting(bindings).modulo(q.substituting(bindings))
    case .minimum(let operands): combine(operands, Dimension.minimum)
    case .maximum(let operands): combine(operands, Dimension.maximum)
    }
  }

  fileprivate func evaluated(_ bindings: [String: Int]) -> Int? {
    func all(_ operands: [Dimension]) -> [Int]? {
      var values: [Int] = []
      for operand in operands {
        guard let value = operand.evaluated(bindings) else { return nil }
        values.append(value)
      }
      return values
    }
    switch kind {
    case .symbol(let symbol): return bindings[symbol.name].flatMap(symbol.quotient(of:))
    case .quotient(let p, let q):
      return all([p, q]).flatMap { Dimension.Integers.checkedFloorQuotient($0[0], $0[1]) }
    case .remainder(let p, let q):
      return all([p, q]).flatMap { Dimension.Integers.checkedFloorRemainder($0[0], $0[1]) }
    case .minimum(let operands): return all(operands)?.min()
    case .maximum(let operands): return all(operands)?.max()
    }
  }
}
