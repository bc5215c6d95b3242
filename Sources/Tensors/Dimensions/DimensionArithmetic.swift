// Sums and products. Constants take the first branch and allocate nothing.
extension Dimension {
  package static func + (left: Dimension, right: Dimension) -> Dimension {
    if case .constant(let a) = left.storage, case .constant(let b) = right.storage {
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? .unknown : Dimension(sum)
    }
    guard let a = left.polynomial, let b = right.polynomial else { return .unknown }
    return Dimension(a.adding(b))
  }

  package static func - (left: Dimension, right: Dimension) -> Dimension {
    if case .constant(let a) = left.storage, case .constant(let b) = right.storage {
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      return overflow ? .unknown : Dimension(difference)
    }
    guard let a = left.polynomial, let b = right.polynomial else { return .unknown }
    return Dimension(a.adding(b, times: -1))
  }

  package static func * (left: Dimension, right: Dimension) -> Dimension {
    if case .constant(let a) = left.storage, case .constant(let b) = right.storage {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? .unknown : Dimension(product)
    }
    guard let a = left.polynomial, let b = right.polynomial else { return .unknown }
    return Dimension(a.multiplied(by: b))
  }

  package static prefix func - (operand: Dimension) -> Dimension { 0 - operand }

  package static func += (left: inout Dimension, right: Dimension) { left = left + right }
  package static func -= (left: inout Dimension, right: Dimension) { left = left - right }
  package static func *= (left: inout Dimension, right: Dimension) { left = left * right }

  /// The size to a power of 0 or more; unknown for a negative exponent.
  ///
  /// - Complexity: O(log exponent) products.
  package func power(_ exponent: Int) -> Dimension {
    if exponent < 0 || isUnknown { return .unknown }
    var result: Dimension = 1
    var square = self
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = result * square }
      rest >>= 1
      if rest > 0 { square = square * square }
    }
    return result
  }
}
