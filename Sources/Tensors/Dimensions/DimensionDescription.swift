extension Dimension: CustomStringConvertible {
  /// The size as a Mica expression, such as `2*N + 1` or `(H + 1)/2`, in which `/` rounds down; `?` where unknown.
  ///
  /// Equal sizes have equal descriptions. Reading one back, with the same assumptions, gives the same size.
  package var description: String { rendered.text }

  /// How tightly an expression's outermost operator binds.
  private enum Precedence: Int, Comparable {
    case sum, remainder, product, primary

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  private struct Rendered {
    var text: String
    var precedence: Precedence

    /// The text, in parentheses if it binds less tightly than its place asks for.
    func inside(_ place: Precedence) -> String {
      precedence < place ? "(\(text))" : text
    }
  }

  private var rendered: Rendered {
    switch storage {
    case .constant(let value): return Rendered(text: String(value), precedence: value < 0 ? .sum : .primary)
    case .unknown: return Rendered(text: "?", precedence: .primary)
    case .polynomial(let normal):
      var (polynomial, quotients) = normal.presented()
      // A positive term goes first: `P - N`, not `-N + P`.
      if let first = polynomial.terms.firstIndex(where: { $0.coefficient > 0 }) {
        polynomial.terms.insert(polynomial.terms.remove(at: first), at: 0)
      }
      let parts = polynomial.terms.map { Self.render($0, quotients) }
      if parts.count == 1, !parts[0].isNegative { return parts[0].magnitude }
      var text = parts[0].isNegative ? "-" + parts[0].negatable : parts[0].magnitude.text
      for part in parts.dropFirst() {
        text += (part.isNegative ? " - " : " + ") + part.magnitude.text
      }
      return Rendered(text: text, precedence: .sum)
    }
  }

  private struct RenderedTerm {
    var isNegative: Bool
    var magnitude: Rendered
    /// The magnitude's text where a unary minus, which binds tighter than `/`, stands before it.
    var negatable: String
  }

  private static func render(_ term: Term, _ quotients: [Atom: ShownQuotient]) -> RenderedTerm {
    var isNegative = term.coefficient < 0
    guard !term.monomial.isOne else {
      let text = String(term.coefficient.magnitude)
      return RenderedTerm(
        isNegative: isNegative, magnitude: Rendered(text: text, precedence: .primary), negatable: text)
    }
    // The coefficient over the symbols' divisors, in lowest terms; where those overflow, a fraction at each symbol.
    let divisors = term.monomial.divisorProduct
    let shared = Integers.gcd(term.coefficient.magnitude, divisors ?? 1)
    let numerator = term.coefficient.magnitude / shared
    let denominator = (divisors ?? 1) / shared
    var factors: [Rendered] = []
    if numerator != 1 { factors.append(Rendered(text: String(numerator), precedence: .primary)) }
    for factor in term.monomial.factors {
      var atom = render(factor.atom, quotients[factor.atom], fraction: divisors == nil)
      if factor.exponent > 1 {
        atom.magnitude = Rendered(text: atom.magnitude.inside(.primary) + "**\(factor.exponent)", precedence: .product)
      } else if atom.magnitude.precedence < .primary, term.monomial.factors.count > 1 || numerator != 1 {
        atom.magnitude = Rendered(text: "(\(atom.magnitude.text))", precedence: .primary)
      }
      if atom.isNegative, factor.exponent % 2 == 1 { isNegative.toggle() }
      factors.append(atom.magnitude)
    }
    if factors.count == 1, denominator == 1 {
      let isPower = term.monomial.factors[0].exponent > 1
      let negatable = isPower ? factors[0].text : factors[0].inside(.primary)
      return RenderedTerm(isNegative: isNegative, magnitude: factors[0], negatable: negatable)
    }
    var text = factors.map(\.text).joined(separator: "*")
    if denominator != 1 { text += "/\(denominator)" }
    return RenderedTerm(isNegative: isNegative, magnitude: Rendered(text: text, precedence: .product), negatable: text)
  }

  /// Dividend and divisor, both multiplied so that no fraction of a symbol is left: `(H + 32)/64`, not `(H/32 + 1)/2`.
  private static func render(_ quotient: ShownQuotient) -> String {
    var quotient = quotient
    if quotient.divisor.constant != nil, let scale = quotient.dividend.polynomial?.fractionScale, scale > 1 {
      let dividend = quotient.dividend * Dimension(scale)
      let divisor = quotient.divisor * Dimension(scale)
      if !dividend.isUnknown, !divisor.isUnknown { (quotient.dividend, quotient.divisor) = (dividend, divisor) }
    }
    return quotient.dividend.rendered.inside(.product) + "/" + quotient.divisor.rendered.inside(.primary)
  }

  private static func render(
    _ atom: Atom, _ quotient: ShownQuotient?, fraction: Bool
  ) -> (isNegative: Bool, magnitude: Rendered) {
    func call(_ name: String, _ operands: [Dimension]) -> Rendered {
      Rendered(text: "\(name)(\(operands.map(\.description).joined(separator: ", ")))", precedence: .primary)
    }
    switch atom.kind {
    case .symbol(let symbol):
      let name = spelling(ofName: symbol.name)
      if fraction, symbol.divisor > 1 {
        return (false, Rendered(text: "\(name)/\(symbol.divisor)", precedence: .product))
      }
      return (false, Rendered(text: name, precedence: .primary))
    case .quotient(let p, let q):
      var shown = quotient ?? ShownQuotient(dividend: p, divisor: q)
      let isNegative = !shown.dividend.hasPositiveTerm && shown.dividend.leadingCoefficient < 0
      if isNegative {
        shown.dividend = -shown.dividend
        shown.isCeiling.toggle()
      }
      let ratio = render(shown)
      if !shown.isCeiling { return (isNegative, Rendered(text: ratio, precedence: .product)) }
      return (isNegative, Rendered(text: "ceil(\(ratio))", precedence: .primary))
    case .remainder(let p, let q):
      let text = p.rendered.inside(.remainder) + " % " + q.rendered.inside(.primary)
      return (false, Rendered(text: text, precedence: .remainder))
    case .minimum(let operands): return (false, call("min", operands))
    case .maximum(let operands): return (false, call("max", operands))
    }
  }
}
