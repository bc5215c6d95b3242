extension Dimension {
  /// A closed range of integers; `Int.min` below and `Int.max` above stand for no limit.
  ///
  /// Arithmetic rounds outwards, so that a result holds whatever its operands' ranges hold.
  struct Interval: Hashable, Sendable {
    static let none = Int.min
    static let unlimited = Int.max

    private(set) var lower: Int
    private(set) var upper: Int

    init(lower: Int = none, upper: Int = unlimited) {
      // A limit that overflowed towards the inside is still true one short of the end.
      self.lower = lower == Self.unlimited ? Self.unlimited - 1 : lower
      self.upper = upper == Self.none ? Self.none + 1 : upper
    }

    init(_ value: Int) {
      self.init(lower: value, upper: value)
    }
  }
}

extension Dimension.Interval {
  var hasLower: Bool { lower != Self.none }
  var hasUpper: Bool { upper != Self.unlimited }

  /// The interval moved so that its lower limit is 0.
  var shiftedToZero: Self {
    let (width, overflow) = upper.subtractingReportingOverflow(lower)
    return .init(lower: 0, upper: hasUpper && !overflow ? width : Self.unlimited)
  }

  static func + (a: Self, b: Self) -> Self {
    let (lower, underflow) = a.lower.addingReportingOverflow(b.lower)
    let (upper, overflow) = a.upper.addingReportingOverflow(b.upper)
    return .init(
      lower: !a.hasLower || !b.hasLower ? none : !underflow ? lower : a.lower < 0 ? none : unlimited,
      upper: !a.hasUpper || !b.hasUpper ? unlimited : !overflow ? upper : a.upper < 0 ? none : unlimited)
  }

  static func * (a: Self, b: Self) -> Self {
    let corners = [
      product(a.lower, b.lower), product(a.lower, b.upper), product(a.upper, b.lower), product(a.upper, b.upper),
    ]
    return .init(lower: corners.min() ?? none, upper: corners.max() ?? unlimited)
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    if a == 0 || b == 0 { return 0 }
    let limit = (a < 0) == (b < 0) ? unlimited : none
    if a == none || a == unlimited || b == none || b == unlimited { return limit }
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? limit : value
  }

  /// What both intervals contain; both are true of one value.
  func intersection(_ other: Self) -> Self {
    .init(lower: max(lower, other.lower), upper: min(upper, other.upper))
  }

  /// The quotients ⌊p/q⌋ of values `p` here by values `q` there.
  func floorQuotients(by other: Self) -> Self {
    guard other.lower >= 1 else { return .init() }
    // Extremes lie at the divisor's nearest and farthest values, depending on the sign of the dividend.
    let far = other.upper
    func quotient(_ p: Int, nearDivisor: Bool) -> Int {
      if nearDivisor || other.hasUpper {
        return Dimension.Integers.floorQuotient(p, nearDivisor ? other.lower : far)
      }
      return p < 0 ? -1 : 0
    }
    return .init(
      lower: hasLower ? quotient(lower, nearDivisor: lower < 0) : Self.none,
      upper: hasUpper ? quotient(upper, nearDivisor: upper >= 0) : Self.unlimited)
  }
}
