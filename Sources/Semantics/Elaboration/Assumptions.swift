import Syntax
import Tensors

/// What a model's `where` says of its dimensions, in the forms that the size algebra can use.
struct Assumptions {
  /// `H % 32 == 0`, `H % 2 ** depth == 0`: what each dimension is a multiple of.
  var divisors: [String: [Syntax]] = [:]
  /// `L == 16`, `M == N`.
  var values: [String: Syntax] = [:]

  /// Reads the constraints; those of other forms are taken as true and add nothing.
  init(_ constraints: [Syntax] = []) {
    for constraint in constraints where constraint.kind == .binary && constraint.operatorKind == .equal {
      let sides = Array(constraint.children)
      guard sides.count == 2 else { continue }
      if sides[0].kind == .binary, sides[0].operatorKind == .percent, sides[1].integerIfLiteral == 0 {
        let operands = Array(sides[0].children)
        if let name = operands[0].plainName { divisors[name, default: []].append(operands[1]) }
      } else if let name = sides[0].plainName {
        values[name] = sides[1]
      }
    }
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
  /// The operator of a `binary` or `unary` node.
  var operatorKind: TokenKind {
    let operands = Array(children)
    let token = kind == .unary ? tokens.lowerBound : operands.first.map { $0.tokens.upperBound } ?? tokens.lowerBound
    return tree.tokens.kinds[token]
  }

  /// The integer that an `integer` node spells.
  var integerIfLiteral: Int? { kind == .integer ? integerValue : nil }
}
