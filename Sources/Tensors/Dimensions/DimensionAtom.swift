extension Dimension {
  /// A named dimension together with what is assumed of it.
  struct Symbol: Hashable, Sendable {
    var name: String
    /// Divides every value that the dimension takes; at least 1.
    var divisor: Int
    /// The least value that the dimension takes.
    var minimum: Int
  }

  /// An indivisible factor of a normalised expression, integer-valued and immutable.
  ///
  /// A symbol `H` with divisor `d` is stored as `d` times the atom that stands for `H/d`.
  final class Atom: Sendable {
    enum Kind: Hashable, Sendable {
      case symbol(Symbol)
      /// ⌊p/q⌋.
      case quotient(Dimension, Dimension)
      /// p − q⌊p/q⌋.
      case remainder(Dimension, Dimension)
      case minimum([Dimension])
      case maximum([Dimension])
    }

    let kind: Kind
    /// The values that the atom may take.
    let interval: Interval
    /// 0 for symbols, else one more than the deepest atom inside.
    let depth: Int
    /// The number of atoms in it, itself included.
    let weight: Int
    private let hash: Int

    init(_ symbol: Symbol) {
      kind = .symbol(symbol)
      interval = Interval(lower: -Integers.floorQuotient(-max(symbol.minimum, -Int.max), symbol.divisor))
      depth = 0
      weight = 1
      hash = kind.hashValue
    }

    /// An atom of any kind but a symbol.
    init(_ kind: Kind, within interval: Interval) {
      self.kind = kind
      self.interval = interval
      var depth = 0
      var weight = 1
      for operand in kind.operands {
        guard case .polynomial(let polynomial) = operand.storage else { continue }
        depth = max(depth, polynomial.depth)
        weight += polynomial.weight
      }
      self.depth = depth + 1
      self.weight = weight
      hash = kind.hashValue
    }
  }
}

extension Dimension.Atom: Hashable {
  static func == (left: Dimension.Atom, right: Dimension.Atom) -> Bool {
    left === right || (left.hash == right.hash && left.kind == right.kind)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(hash)
  }
}

extension Dimension.Atom {
  /// How the atom sorts: symbols by name, then the others by kind and operands.
  ///
  /// The same in every process.
  func compare(_ other: Dimension.Atom) -> Dimension.Order {
    if self == other { return .same }
    if case .symbol(let left) = kind, case .symbol(let right) = other.kind {
      return .of((left.name, left.divisor, left.minimum), (right.name, right.divisor, right.minimum))
    }
    if kind.rank != other.kind.rank { return .of(kind.rank, other.kind.rank) }
    let left = kind.operands
    let right = other.kind.operands
    for (a, b) in zip(left, right) {
      let order = a.compare(b)
      if order != .same { return order }
    }
    return .of(left.count, right.count)
  }
}

extension Dimension.Atom.Kind {
  var operands: [Dimension] {
    switch self {
    case .symbol: []
    case .quotient(let p, let q), .remainder(let p, let q): [p, q]
    case .minimum(let operands), .maximum(let operands): operands
    }
  }

  fileprivate var rank: Int {
    switch self {
    case .symbol: 0
    case .quotient: 1
    case .remainder: 2
    case .minimum: 3
    case .maximum: 4
    }
  }
}

extension Dimension {
  /// The outcome of a three-way comparison.
  enum Order {
    case before, same, after

    static func of<Key: Comparable>(_ left: Key, _ right: Key) -> Order {
      left < right ? .before : left == right ? .same : .after
    }

    static func of(_ left: (String, Int, Int), _ right: (String, Int, Int)) -> Order {
      left < right ? .before : left == right ? .same : .after
    }
  }

  /// How a known size sorts among others: by its terms, constants last.
  func compare(_ other: Dimension) -> Order {
    guard let left = polynomial, let right = other.polynomial else {
      return .of(isUnknown ? 1 : 0, other.isUnknown ? 1 : 0)
    }
    for (a, b) in zip(left.terms, right.terms) {
      let order = a.monomial.compare(b.monomial)
      if order != .same { return order }
      if a.coefficient != b.coefficient { return .of(a.coefficient, b.coefficient) }
    }
    return .of(right.terms.count, left.terms.count)
  }
}
