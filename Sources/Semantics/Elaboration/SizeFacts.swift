import Syntax
import Tensors

/// What is known of open sizes beside what their symbols say, and what follows from it.
///
/// A condition holds where it follows from the symbols alone, from one fact, or from the sum of two.
struct SizeFacts: Sendable {
  /// Differences that are never negative.
  private var nonNegative: [Dimension] = []
  private var zero: [Dimension] = []
  private var nonZero: [Dimension] = []

  /// Takes a comparison as true; other operators say nothing.
  mutating func assume(_ kind: TokenKind, _ left: Dimension, _ right: Dimension) {
    let difference = left - right
    guard !difference.isUnknown, difference.constant == nil else { return }
    switch kind {
    case .equal: zero.append(difference)
    case .notEqual: nonZero.append(difference)
    case .greaterOrEqual: nonNegative.append(difference)
    case .greater: nonNegative.append(difference - 1)
    case .lessOrEqual: nonNegative.append(-difference)
    case .less: nonNegative.append(-difference - 1)
    default: break
    }
  }

  /// Whether a comparison holds whatever the open sizes are; `nil` where it depends on them.
  func decision(_ kind: TokenKind, _ left: Dimension, _ right: Dimension) -> Bool? {
    switch kind {
    case .equal: isZero(left, right)
    case .notEqual: isZero(left, right).map { !$0 }
    case .greaterOrEqual: isAtLeast(left, right)
    case .lessOrEqual: isAtLeast(right, left)
    case .greater: isAtLeast(right, left).map { !$0 }
    case .less: isAtLeast(left, right).map { !$0 }
    default: nil
    }
  }

  private func isAtLeast(_ left: Dimension, _ right: Dimension) -> Bool? {
    if isNonNegative(left - right) { return true }
    if isNonNegative(right - left - 1) { return false }
    return nil
  }

  private func isZero(_ left: Dimension, _ right: Dimension) -> Bool? {
    if left.isProvablyEqual(to: right) { return true }
    if left.isProvablyDifferent(from: right) { return false }
    let difference = left - right
    func isOne(of facts: [Dimension]) -> Bool {
      facts.contains { $0.isProvablyEqual(to: difference) || $0.isProvablyEqual(to: -difference) }
    }
    if isOne(of: zero) { return true }
    if isOne(of: nonZero) { return false }
    if zero.contains(where: { (difference - $0).isProvablyDifferent(from: 0) }) { return false }
    if isNonNegative(difference - 1) || isNonNegative(-difference - 1) { return false }
    return isNonNegative(difference) && isNonNegative(-difference) ? true : nil
  }

  private func isNonNegative(_ size: Dimension) -> Bool {
    if size.isProvablyAtLeast(0) { return true }
    let facts = nonNegative + zero + zero.map { -$0 }
    for (index, fact) in facts.enumerated() {
      let rest = size - fact
      if rest.isProvablyAtLeast(0) { return true }
      if facts[index...].contains(where: { (rest - $0).isProvablyAtLeast(0) }) { return true }
    }
    return false
  }
}
