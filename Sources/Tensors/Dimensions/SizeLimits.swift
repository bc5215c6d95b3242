/// How large the sizes of a run may be: what integers that are computed from them are held to their types by.
///
/// A tensor is taken to have fewer than 2^40 elements, axes of length 0 left aside, and what a model puts into less than
/// 64 bits to be an axis shorter than 2^30. All else is proved: sizes that a tensor of the model's inputs has together are
/// small together, others are not.
package struct SizeLimits: Sendable {
  /// A tensor has fewer elements.
  private static let elements = 0x1p40
  /// An axis that integers of less than 64 bits count is shorter.
  private static let narrowAxis = 0x1p30
  /// The terms that a bound may have.
  private static let terms = 64

  /// The open sizes that one tensor has together, each as often as it has it, and the product of its constant ones.
  private struct Extent: Hashable, Sendable {
    var names: [String: Int] = [:]
    var constant = 1.0

    /// Whether a tensor of the other kind says nothing more.
    func covers(_ other: Extent) -> Bool {
      constant >= other.constant && other.names.allSatisfy { names[$0.key] ?? 0 >= $0.value }
    }
  }

  private var extents: [Extent] = []

  package init() {}

  /// Takes in a tensor that every run has; whether that says something new.
  @discardableResult
  package mutating func declare(_ type: ValueType) -> Bool {
    guard case .tensor(let tensor) = type, let shape = tensor.shape else { return false }
    var extent = Extent()
    for size in shape.dimensions {
      if let constant = size.constant {
        if constant > 0 { extent.constant *= Double(constant) }
      } else if let (name, count, factor) = size.power {
        extent.names[name, default: 0] += count
        extent.constant *= Double(factor)
      }
    }
    guard !extent.names.isEmpty, extents.count < Self.terms, !extents.contains(where: { $0.covers(extent) }) else {
      return false
    }
    extents.append(extent)
    return true
  }

  /// Whether an integer or boolean type holds every value that a size takes.
  package func fits(_ size: Dimension, _ element: ElementType) -> Bool {
    if let value = size.constant { return element.bits(of: value) != nil }
    guard let width = element.bitWidth, !size.isUnknown else { return false }
    if size.symbol != nil, width >= 32, size.isAtLeast(0) { return true }
    let isSigned = element.bits(of: -1) != nil
    guard isSigned || size.isAtLeast(0), let bound = bound(of: size) else { return false }
    // Rounding must not make 2^63 of what is more.
    let limit = width >= 64 ? 0x1.fffffp62 : Double((1 << (isSigned ? width - 1 : width)) - 1)
    return value(of: bound, isWide: width >= 64) <= limit
  }

  /// Whether the size is at most `limit` in magnitude.
  package func isWithin(_ limit: Double, _ size: Dimension) -> Bool {
    if let value = size.constant { return Double(value.magnitude) <= limit }
    return bound(of: size).map { value(of: $0, isWide: true) <= limit } ?? false
  }
}

// MARK: - Numbers

extension SizeLimits {
  /// The greatest value that a bound takes.
  private func value(of bound: Bound, isWide: Bool) -> Double {
    bound.terms.reduce(0) { $0 + $1.value * greatest($1.key, isWide: isWide) }
  }

  /// The greatest product of sizes, none of which is taken to be below 1.
  private func greatest(_ names: [String: Int], isWide: Bool) -> Double {
    var rest = names
    var product = 1.0
    while !rest.isEmpty {
      var best: (count: Int, names: [String: Int], value: Double)?
      for extent in extents {
        let shared = rest.compactMapValues { $0 }.reduce(into: [String: Int]()) { shared, entry in
          if let own = extent.names[entry.key] { shared[entry.key] = min(own, entry.value) }
        }
        let count = shared.values.reduce(0, +)
        let value = Self.elements / extent.constant
        if count > best?.count ?? 0 || count == best?.count && count > 0 && value < best?.value ?? 0 {
          best = (count, shared, value)
        }
      }
      guard let best else { break }
      product *= isWide ? best.value : min(best.value, lengths(of: best.names))
      for (name, count) in best.names {
        rest[name] = (rest[name] ?? 0) > count ? (rest[name] ?? 0) - count : nil
      }
    }
    return product * (isWide ? rest.values.reduce(1) { $0 * power(Self.elements, $1) } : lengths(of: rest))
  }

  /// The product of so many axes that are as long as narrow integers may count.
  private func lengths(of names: [String: Int]) -> Double {
    names.values.reduce(1) { $0 * power(Self.narrowAxis - 1, $1) }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<min(exponent, 64)).reduce(1) { product, _ in product * base }
  }
}

// MARK: - Bounds

extension SizeLimits {
  /// A sum of products of named sizes, each counted as 1 where it is 0, that no value of a size exceeds in magnitude.
  fileprivate struct Bound {
    var terms: [[String: Int]: Double] = [:]

    init(_ constant: Double) { terms[[:]] = constant }

    init(_ name: String, _ factor: Double) { terms[[name: 1]] = factor }

    static func + (left: Bound, right: Bound) -> Bound {
      var sum = left
      sum.terms.merge(right.terms, uniquingKeysWith: +)
      return sum
    }

    /// `nil` where it has too many terms.
    static func * (left: Bound, right: Bound) -> Bound? {
      guard left.terms.count * right.terms.count <= SizeLimits.terms else { return nil }
      var product = Bound(0)
      for (names, factor) in left.terms {
        for (others, other) in right.terms {
          product.terms[names.merging(others, uniquingKeysWith: +), default: 0] += factor * other
        }
      }
      return product
    }

    func scaled(by factor: Double) -> Bound {
      var scaled = self
      scaled.terms = terms.mapValues { $0 * factor }
      return scaled
    }

    /// What neither bound exceeds.
    func covering(_ other: Bound) -> Bound {
      var both = self
      both.terms.merge(other.terms, uniquingKeysWith: max)
      return both
    }
  }

  private func bound(of size: Dimension) -> Bound? {
    guard let polynomial = size.polynomial else { return nil }
    var sum = Bound(0)
    for term in polynomial.terms {
      var product = Bound(Double(term.coefficient.magnitude))
      for factor in term.monomial.factors {
        guard let atom = bound(of: factor.atom) else { return nil }
        for _ in 0..<factor.exponent {
          guard let next = product * atom else { return nil }
          product = next
        }
      }
      sum = sum + product
      guard sum.terms.count <= Self.terms else { return nil }
    }
    return sum
  }

  private func bound(of atom: Dimension.Atom) -> Bound? {
    let range = atom.interval
    let number =
      range.hasLower && range.hasUpper ? Double(Swift.max(range.lower.magnitude, range.upper.magnitude)) : nil
    guard let bound = structuralBound(of: atom) else { return number.map { Bound($0) } }
    guard let number, number < value(of: bound, isWide: true) else { return bound }
    return Bound(number)
  }

  private func structuralBound(of atom: Dimension.Atom) -> Bound? {
    switch atom.kind {
    case .symbol(let symbol):
      return symbol.minimum >= 0 ? Bound(symbol.name, 1 / Double(symbol.divisor)) : nil
    case .quotient(let p, let q):
      guard let dividend = bound(of: p) else { return nil }
      let least = q.bounds.lower ?? 0
      let scaled = dividend.scaled(by: 1 / Double(Swift.max(least, 1)))
      return p.isAtLeast(0) && least >= 1 ? scaled : scaled + Bound(1)
    case .remainder(let p, let q):
      return p.isAtLeast(0) && q.constant == nil ? bound(of: p) : bound(of: q)
    case .minimum(let operands):
      if operands.allSatisfy({ $0.isAtLeast(0) }) {
        return operands.compactMap { bound(of: $0) }.min { value(of: $0, isWide: true) < value(of: $1, isWide: true) }
      }
      return covering(operands)
    case .maximum(let operands): return covering(operands)
    }
  }

  private func covering(_ operands: [Dimension]) -> Bound? {
    var both = Bound(0)
    for operand in operands {
      guard let bound = bound(of: operand) else { return nil }
      both = both.covering(bound)
    }
    return both
  }
}

extension Dimension {
  /// The symbol, the exponent and the factor, where the size is a multiple of a symbol's power.
  ///
  /// A product of two symbols is none: where one is 0 it says nothing of the other.
  fileprivate var power: (name: String, exponent: Int, factor: Int)? {
    guard let polynomial, polynomial.terms.count == 1, polynomial.terms[0].coefficient > 0,
      let factor = polynomial.terms[0].monomial.factors.first, polynomial.terms[0].monomial.factors.count == 1,
      case .symbol(let symbol) = factor.atom.kind, symbol.divisor == 1, symbol.minimum >= 0
    else { return nil }
    return (symbol.name, factor.exponent, polynomial.terms[0].coefficient)
  }
}
