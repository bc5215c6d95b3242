import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  mutating func unary(_ expression: Syntax) -> Term {
    guard let operand = expression.firstChild else { return .unknown }
    let term = evaluate(operand)
    let isNot = expression.operatorKind == .not
    switch term {
    case .unknown: return .unknown
    case .tensor, .literal:
      return operatorResult(isNot ? "Not" : "Neg", [(term, operand.place)], at: expression.place)
    case .integer(let value) where !isNot:
      return (-value).isUnknown ? unknown(.hugeSize(expression)) : .integer(-value)
    case .float(let value) where !isNot: return .float(-value)
    case .boolean(let value) where isNot: return .boolean(!value)
    default:
      return unknown(.wrongKind(term, wanted: isNot ? "a condition" : "a number", at: operand.place))
    }
  }

  mutating func binary(_ expression: Syntax) -> Term {
    let sides = Array(expression.children)
    guard sides.count == 2 else { return .unknown }
    let kind = expression.operatorKind
    let left = evaluate(sides[0])
    if left.isUnknown, kind == .and || kind == .or { return .unknown }
    // `&&` and `||` decide with their left side where they can.
    if kind == .and || kind == .or, case .boolean(let left) = left, left == (kind == .or) { return .boolean(left) }
    let right = evaluate(sides[1])
    if left.isUnknown || right.isUnknown { return .unknown }
    if kind == .equal || kind == .notEqual, left.isNone || right.isNone {
      return .boolean((left.isNone && right.isNone) == (kind == .equal))
    }
    if left.isNone || right.isNone { return unknown(.badOperands(expression, left, right)) }
    if left.isTensor || right.isTensor {
      return tensorArithmetic(kind, (left, sides[0].place), (right, sides[1].place), at: expression)
    }
    return compileTime(kind, left, right, expression)
  }

  // MARK: Before the graph runs

  private mutating func compileTime(_ kind: TokenKind, _ left: Term, _ right: Term, _ expression: Syntax) -> Term {
    switch (left, right) {
    case (.integer(let a), .integer(let b)):
      if let result = integerArithmetic(kind, a, b, expression) {
        if case .integer(let size) = result, size.isUnknown { return unknown(.hugeSize(expression)) }
        return result
      }
    case (.list(let a), .list(let b)) where kind == .plus:
      guard a.count + b.count <= Self.maximumElements else {
        return unknown(.tooLarge(a.count + b.count, at: expression.place))
      }
      // A list that grows by one element a round is copied each time.
      countSteps((a.count + b.count) / Self.elementsPerStep)
      return isExhausted ? .unknown : .list(a + b)
    case (.text(let a), .text(let b)) where kind == .plus:
      guard a.utf8.count + b.utf8.count <= Self.maximumElements else {
        return unknown(.tooLarge(a.utf8.count + b.utf8.count, at: expression.place))
      }
      return .text(a + b)
    case (.boolean, .boolean(let right)) where kind == .and || kind == .or:
      return .boolean(right)
    default:
      if let a = left.number, let b = right.number, let result = floatArithmetic(kind, a, b) { return result }
      // A fraction takes no part in the arithmetic of sizes.
      if case .integer(let size) = left, size.constant == nil, right.number != nil {
        return unknown(.openSize(size, at: expression.place))
      }
      if case .integer(let size) = right, size.constant == nil, left.number != nil {
        return unknown(.openSize(size, at: expression.place))
      }
      if kind == .equal || kind == .notEqual, let equal = areEqual(left, right) {
        return .boolean(equal == (kind == .equal))
      }
    }
    return unknown(.badOperands(expression, left, right))
  }

  private mutating func integerArithmetic(
    _ kind: TokenKind, _ a: Dimension, _ b: Dimension, _ expression: Syntax
  ) -> Term? {
    switch kind {
    case .plus: return .integer(a + b)
    case .minus: return .integer(a - b)
    case .star: return .integer(a * b)
    case .slash, .percent:
      if b.constant == 0 { return unknown(.divisionByZero(at: expression.place)) }
      if kind == .percent { return .integer(a.modulo(b)) }
      if expression.children.allSatisfy({ $0.kind == .integer }), let x = a.constant, let y = b.constant, x % y != 0 {
        report(.inexactDivision(x, y, at: expression.place))
      }
      return .integer(a.floorDivided(by: b))
    case .power:
      guard let exponent = b.constant else { return unknown(.openSize(b, at: expression.place)) }
      if exponent >= 0 { return .integer(a.power(exponent)) }
      guard let base = a.constant else { return unknown(.openSize(a, at: expression.place)) }
      return floatArithmetic(.power, Double(base), Double(exponent))
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let holds = facts.decision(kind, a, b) else {
        return a.isUnknown || b.isUnknown ? .unknown : unknown(.undecidable(expression))
      }
      return .boolean(holds)
    default: return nil
    }
  }

  private func floatArithmetic(_ kind: TokenKind, _ a: Double, _ b: Double) -> Term? {
    switch kind {
    case .plus: .float(a + b)
    case .minus: .float(a - b)
    case .star: .float(a * b)
    case .slash: .float(a / b)
    case .power: .float(Math.power(a, b))
    case .equal: .boolean(a == b)
    case .notEqual: .boolean(a != b)
    case .less: .boolean(a < b)
    case .lessOrEqual: .boolean(a <= b)
    case .greater: .boolean(a > b)
    case .greaterOrEqual: .boolean(a >= b)
    default: nil
    }
  }

  private func areEqual(_ left: Term, _ right: Term) -> Bool? {
    switch (left, right) {
    case (.text(let a), .text(let b)): a == b
    case (.boolean(let a), .boolean(let b)): a == b
    case (.element(let a), .element(let b)): a == b
    // What has two kinds differs: `padding == "same"` where the padding is a number.
    case (.text, .integer), (.integer, .text): false
    case (.none, .none): true
    case (.none, _), (_, .none): false
    case (.list(let a), .list(let b)):
      a.count == b.count
        && zip(a, b).allSatisfy { pair in
          if case .integer(let x) = pair.0, case .integer(let y) = pair.1 { return x.isProvablyEqual(to: y) }
          return areEqual(pair.0, pair.1) ?? false
        }
    default: nil
    }
  }

  // MARK: In the graph

  private mutating func tensorArithmetic(
    _ kind: TokenKind, _ left: (Term, Place), _ right: (Term, Place), at expression: Syntax
  ) -> Term {
    let name: String
    switch kind {
    case .plus: name = "Add"
    case .minus: name = "Sub"
    case .star: name = "Mul"
    case .slash: name = "Div"
    case .percent: name = "Mod"
    case .power: name = "Pow"
    case .at: name = "MatMul"
    case .equal, .notEqual: name = "Equal"
    case .less: name = "Less"
    case .lessOrEqual: name = "LessOrEqual"
    case .greater: name = "Greater"
    case .greaterOrEqual: name = "GreaterOrEqual"
    case .and: name = "And"
    case .or: name = "Or"
    default: return unknown(.badOperands(expression, left.0, right.0))
    }
    if kind == .percent, (elementType(of: left.0) ?? elementType(of: right.0))?.isFloatingPoint == true {
      return remainder(of: left, by: right, at: expression.place)
    }
    let result = operatorResult(name, [left, right], at: expression.place)
    return kind == .notEqual && !result.isUnknown
      ? operatorResult("Not", [(result, expression.place)], at: expression.place) : result
  }

  /// The remainder of fractions with the divisor's sign, as of integers: Mod of fractions has the dividend's.
  private mutating func remainder(of left: (Term, Place), by right: (Term, Place), at place: Place) -> Term {
    let rest = operatorResult("Mod", [left, right], attributes: [Attribute("fmod", .int(1))], at: place)
    guard case .tensor(let value) = rest, let element = builder.known(value).type.element else { return rest }
    builder.origin = origin(place)
    // The literal is written once, for it is used three times.
    guard let divisor = tensorValue(of: right.0, like: element, at: right.1),
      let zero = literal(.integer(0), element: element, sizes: nil, at: place)
    else { return .unknown }
    let operands = (rest: (rest, place), divisor: (Term.tensor(divisor), right.1))
    let product = operatorResult("Mul", [operands.rest, operands.divisor], at: place)
    let isOther = operatorResult("Less", [(product, place), (.literal(zero), place)], at: place)
    let moved = operatorResult("Add", [operands.rest, operands.divisor], at: place)
    return operatorResult("Where", [(isOther, place), (moved, place), operands.rest], at: place)
  }
}
