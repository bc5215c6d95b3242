extension Dimension {
  /// Integer arithmetic that rounds towards negative infinity.
  enum Integers {
    /// ⌊p/q⌋ for a positive `q`.
    static func floorQuotient(_ p: Int, _ q: Int) -> Int {
      p / q - (p % q < 0 ? 1 : 0)
    }

    /// p − q⌊p/q⌋ for a positive `q`.
    static func floorRemainder(_ p: Int, _ q: Int) -> Int {
      p % q + (p % q < 0 ? q : 0)
    }

    /// ⌊p/q⌋; `nil` by zero and on overflow.
    static func checkedFloorQuotient(_ p: Int, _ q: Int) -> Int? {
      let (quotient, overflow) = p.dividedReportingOverflow(by: q)
      if overflow { return nil }
      let rest = p % q
      return rest != 0 && (rest < 0) != (q < 0) ? quotient - 1 : quotient
    }

    /// p − q⌊p/q⌋, which has the sign of `q`; `nil` by zero.
    static func checkedFloorRemainder(_ p: Int, _ q: Int) -> Int? {
      if q == 0 { return nil }
      if q == -1 { return 0 }
      let rest = p % q
      return rest != 0 && (rest < 0) != (q < 0) ? rest + q : rest
    }

    /// The greatest common divisor of magnitudes; 0 only for two zeros.
    static func gcd(_ a: UInt, _ b: UInt) -> UInt {
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
  }
}
