import Syntax
import Tensors

/// What a model's `where` says of its dimensions, in the forms that the size algebra can use.
struct Assumptions {
  /// `H % 32 == 0`, `H % 2 ** depth == 0`: what each dimension is a multiple of.
  var divisors: [String: [Syntax]] = [:]
  /// `L == 16`, `M == N`.
  var values: [String: Syntax] = [:]
  /// `N > 3`, `4 <= N`: what each dimension is at least so far away from.
  var lowerBounds: [String: [(value: Syntax, distance: Int)]] = [:]

  /// Reads the constraints; those of other forms add nothing here.
  init(_ constraints: [Syntax] = []) {
    for constraint in constraints.flatMap(\.conjuncts) where constraint.kind == .binary {
      let sides = Array(constraint.children)
      guard sides.count == 2 else { continue }
      let (left, right) = (sides[0], sides[1])
      switch constraint.operatorKind {
      case .equal where left.kind == .binary && left.operatorKind == .percent && right.integerIfLiteral == 0:
        let operands = Array(left.children)
        if let name = operands[0].plainName { divisors[name, default: []].append(operands[1]) }
      case .equal: if let name = left.plainName { values[name] = right }
      case .greater: bound(left, right, 1)
      case .greaterOrEqual: bound(left, right, 0)
      case .less: bound(right, left, 1)
      case .lessOrEqual: bound(right, left, 0)
      default: break
      }
    }
  }

  private mutating func bound(_ name: Syntax, _ value: Syntax, _ distance: Int) {
    if let name = name.plainName { lowerBounds[name, default: []].append((value, distance)) }
  }
}

/// The least positive integer that both divide; the left one where it does not fit 64 bits.
func leastCommonMultiple(_ left: Int, _ right: Int) -> Int {
  var (a, b) = (left, right)
  while b != 0 { (a, b) = (b, a % b) }
  let (product, overflow) = (left / a).multipliedReportingOverflow(by: right)
  return overflow ? left : product
}

extension Syntax {
  /// The conditions that `&&` joins; of anything else, itself.
  var conjuncts: [Syntax] {
    switch kind {
    case .binary where operatorKind == .and: children.flatMap(\.conjuncts)
    case .parenthesized: firstChild?.conjuncts ?? []
    default: [self]
    }
  }

  /// The plain names in an expression.
  var names: [String] { plainName.map { [$0] } ?? children.flatMap(\.names) }

  /// The operator of a `binary` or `unary` node.
  var operatorKind: TokenKind {
    let operands = Array(children)
    let token = kind == .unary ? tokens.lowerBound : operands.first.map { $0.tokens.upperBound } ?? tokens.lowerBound
    return tree.tokens.kinds[token]
  }

  /// The integer that an `integer` node spells.
  var integerIfLiteral: Int? { kind == .integer ? integerValue : nil }
}
