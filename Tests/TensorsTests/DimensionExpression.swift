import Tensors

/// An unnormalised size expression with integer arithmetic of its own: the oracle for `Dimension`.
indirect enum DimensionExpression: CustomStringConvertible {
  enum Operation: String, CaseIterable {
    case sum = "+", difference = "-", product = "*", floor = "//", ceiling = "/^", truncation = "/0", remainder = "%"
    case minimum = "min", maximum = "max"
  }

  case number(Int)
  case name(String)
  case power(DimensionExpression, Int)
  case binary(Operation, DimensionExpression, DimensionExpression)

  var description: String {
    switch self {
    case .number(let value): String(value)
    case .name(let name): name
    case .power(let base, let exponent): "\(base)**\(exponent)"
    case .binary(let operation, let left, let right): "(\(left) \(operation.rawValue) \(right))"
    }
  }

  /// The value by machine arithmetic; `nil` by zero and on overflow.
  func value(_ bindings: [String: Int]) -> Int? {
    switch self {
    case .number(let value): return value
    case .name(let name): return bindings[name]
    case .power(let base, let exponent):
      guard let base = base.value(bindings) else { return nil }
      return (0..<exponent).reduce(1) { product, _ in product.flatMap { Self.value(.product, $0, base) } }
    case .binary(let operation, let left, let right):
      guard let a = left.value(bindings), let b = right.value(bindings) else { return nil }
      return Self.value(operation, a, b)
    }
  }

  private static func value(_ operation: Operation, _ a: Int, _ b: Int) -> Int? {
    // Keeps every intermediate far from the limits; the normal form overflows elsewhere than the tree does.
    guard a.magnitude < 1 << 20, b.magnitude < 1 << 20 else { return nil }
    switch operation {
    case .sum: return a + b
    case .difference: return a - b
    case .product: return a * b
    case .minimum: return a < b ? a : b
    case .maximum: return a < b ? b : a
    default: break
    }
    if b == 0 { return nil }
    // The remainder that lies between 0 and the divisor.
    let rest = ((a % b) + b) % b
    switch operation {
    case .floor: return (a - rest) / b
    case .ceiling: return (a - rest) / b + (rest == 0 ? 0 : 1)
    case .truncation: return a / b
    default: return rest
    }
  }

  /// The same expression in the algebra under test.
  func dimension(_ symbols: [String: Dimension]) -> Dimension {
    switch self {
    case .number(let value): return Dimension(value)
    case .name(let name): return symbols[name] ?? .unknown
    case .power(let base, let exponent): return base.dimension(symbols).power(exponent)
    case .binary(let operation, let left, let right):
      let a = left.dimension(symbols)
      let b = right.dimension(symbols)
      return switch operation {
      case .sum: a + b
      case .difference: a - b
      case .product: a * b
      case .floor: a.floorDivided(by: b)
      case .ceiling: a.ceilDivided(by: b)
      case .truncation: a.truncatingDivided(by: b)
      case .remainder: a.modulo(b)
      case .minimum: .minimum(a, b)
      case .maximum: .maximum(a, b)
      }
    }
  }

  /// The expression with the operands of commutative operations exchanged everywhere.
  var commuted: DimensionExpression {
    switch self {
    case .number, .name: self
    case .power(let base, let exponent): .power(base.commuted, exponent)
    case .binary(let operation, let left, let right):
      switch operation {
      case .sum, .product, .minimum, .maximum: .binary(operation, right.commuted, left.commuted)
      default: .binary(operation, left.commuted, right.commuted)
      }
    }
  }
}

extension DimensionExpression {
  /// A random expression over `names`, with at most `depth` operations on a path.
  static func random(
    depth: Int, names: [String], using generator: inout some RandomNumberGenerator
  ) -> DimensionExpression {
    if depth == 0 || Int.random(in: 0..<8, using: &generator) == 0 {
      if Int.random(in: 0..<3, using: &generator) == 0 {
        return .number(Int.random(in: -6...12, using: &generator))
      }
      return .name(names[Int.random(in: 0..<names.count, using: &generator)])
    }
    let base = random(depth: depth - 1, names: names, using: &generator)
    switch Int.random(in: 0..<24, using: &generator) {
    case 0: return .power(base, Int.random(in: 0...3, using: &generator))
    case 1..<12:
      // Sizes are mostly divided by, offset by and multiplied with small numbers.
      let operations: [Operation] = [.sum, .difference, .product, .floor, .ceiling, .remainder, .truncation]
      let operation = operations[Int.random(in: 0..<operations.count, using: &generator)]
      return .binary(operation, base, .number(Int.random(in: 1...16, using: &generator)))
    default:
      let operation = Operation.allCases[Int.random(in: 0..<Operation.allCases.count, using: &generator)]
      return .binary(operation, base, random(depth: depth - 1, names: names, using: &generator))
    }
  }
}
