/// An exact symbolic size: an integer, an expression over named dimensions, or unknown.
///
/// Expressions are kept in a normal form, so that equal ones compare equal: polynomials with integer coefficients over
/// named dimensions and over quotients, remainders, minima and maxima that do not simplify further. `==` and `hash`
/// are about that form; two unknown sizes compare equal, though nothing is provable about them.
///
/// A normalised expression agrees with the one that was written wherever the latter is defined: `N/N` is 1. Whatever
/// overflows, divides by zero or grows beyond `Limits` is unknown, and so is all that is computed from it.
package struct Dimension: Hashable, Sendable {
  /// Constants live inline; the other case owns an array.
  enum Storage: Hashable, Sendable {
    case constant(Int)
    case unknown
    /// Never a constant, nor zero.
    case polynomial(Polynomial)
  }

  let storage: Storage

  init(storage: Storage) {
    self.storage = storage
  }

  package init(_ value: Int) {
    storage = .constant(value)
  }

  /// The size that nothing is known of.
  package static let unknown = Dimension(storage: .unknown)

  /// The dimension called `name`, under the assumptions that `divisor` divides it and that it is at least `minimum`.
  ///
  /// The assumptions are a part of the symbol's identity: give every use of a name the same ones. A divisor below 1
  /// assumes nothing.
  package static func symbol(_ name: String, divisibleBy divisor: Int = 1, atLeast minimum: Int = 1) -> Dimension {
    let symbol = Symbol(name: name, divisor: max(divisor, 1), minimum: minimum)
    return Dimension(symbol.divisor, times: Atom(symbol))
  }

  /// A multiple of one atom; `coefficient` is not 0.
  init(_ coefficient: Int = 1, times atom: Atom) {
    storage = .polynomial(Polynomial(terms: [Term(coefficient, Monomial(atom))]))
  }
}

extension Dimension: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension Dimension {
  /// Bounds on the size of one expression, so that work and memory stay bounded on hostile input.
  enum Limits {
    static let terms = 256
    /// The degree of a monomial.
    static let degree = 64
    /// Atoms, counted with those inside atoms.
    static let weight = 2000
    /// Atoms within atoms.
    static let depth = 24
    /// Operands of a minimum or a maximum.
    static let operands = 16
  }

  /// The value, if it is an integer.
  package var constant: Int? {
    if case .constant(let value) = storage { value } else { nil }
  }

  package var isUnknown: Bool {
    if case .unknown = storage { true } else { false }
  }

  /// The name, if the size is exactly one named dimension.
  package var symbol: String? {
    guard case .polynomial(let polynomial) = storage, polynomial.terms.count == 1,
      let atom = polynomial.terms[0].monomial.singleAtom, case .symbol(let symbol) = atom.kind,
      polynomial.terms[0].coefficient == symbol.divisor
    else { return nil }
    return symbol.name
  }

  /// The names of all dimensions that the size depends on.
  package var symbols: Set<String> {
    var names: Set<String> = []
    forEachSymbol { names.insert($0.name) }
    return names
  }

  func forEachSymbol(_ body: (Symbol) -> Void) {
    guard let polynomial else { return }
    for term in polynomial.terms {
      for factor in term.monomial.factors {
        if case .symbol(let symbol) = factor.atom.kind {
          body(symbol)
        } else {
          factor.atom.kind.operands.forEach { $0.forEachSymbol(body) }
        }
      }
    }
  }

  /// The size as a polynomial, constants included; `nil` where it is unknown.
  var polynomial: Polynomial? {
    switch storage {
    case .constant(let value): Polynomial(constant: value)
    case .unknown: nil
    case .polynomial(let polynomial): polynomial
    }
  }

  /// The size that a polynomial stands for; unknown where there is none or it exceeds `Limits`.
  init(_ polynomial: Polynomial?) {
    guard let polynomial else {
      self = .unknown
      return
    }
    if let value = polynomial.constant {
      storage = .constant(value)
    } else if polynomial.exceedsLimits {
      storage = .unknown
    } else {
      storage = .polynomial(polynomial)
    }
  }
}
