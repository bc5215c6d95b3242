import Tensors

/// ONNX's integer arithmetic on symbolic sizes.
enum IntegerArithmetic {
  static func isNatural(_ size: Dimension) -> Bool { size.isProvablyAtLeast(0) }

  /// The quotient rounded toward zero, as Div does on integers; unknown where the sign is.
  static func quotient(_ a: Dimension, _ b: Dimension) -> Dimension {
    guard let divisor = b.constant else {
      return isNatural(a) && b.isProvablyAtLeast(1) ? a.floorDivided(by: b) : .unknown
    }
    guard divisor != 0, divisor != Int.min else { return .unknown }
    if divisor < 0 { return 0 - quotient(a, Dimension(-divisor)) }
    if isNatural(a) { return a.floorDivided(by: b) }
    if isNatural(0 - a) { return 0 - (0 - a).floorDivided(by: b) }
    return .unknown
  }

  /// The remainder with the divisor's sign, as Mod with `fmod = 0` gives it.
  static func modulus(_ a: Dimension, _ b: Dimension) -> Dimension {
    if let divisor = b.constant {
      guard divisor != 0, divisor != Int.min else { return .unknown }
      return divisor > 0 ? a.modulo(b) : 0 - (0 - a).modulo(Dimension(-divisor))
    }
    return b.isProvablyAtLeast(1) ? a.modulo(b) : .unknown
  }

  /// The remainder with the dividend's sign, as Mod with `fmod = 1` gives it.
  static func remainder(_ a: Dimension, _ b: Dimension) -> Dimension {
    isNatural(a) && b.isProvablyAtLeast(1) ? a.modulo(b) : a - quotient(a, b) * b
  }

  /// The quotient rounded up, for a positive divisor: as `floor((a + b − 1) / b)`, the form that windows give.
  static func ceiling(_ a: Dimension, _ b: Dimension) -> Dimension {
    a.constant != nil ? a.ceilDivided(by: b) : (a + b - 1).floorDivided(by: b)
  }

  static func absolute(_ a: Dimension) -> Dimension {
    if isNatural(a) { return a }
    return isNatural(0 - a) ? 0 - a : .unknown
  }

  /// −1, 0 or 1, where that is known.
  static func sign(_ a: Dimension) -> Dimension {
    if a.isProvablyAtLeast(1) { return 1 }
    if (0 - a).isProvablyAtLeast(1) { return -1 }
    return a.constant == 0 ? 0 : .unknown
  }

  /// Whether `a` is greater than `b`, where that is known.
  static func isGreater(_ a: Dimension, _ b: Dimension) -> Bool? {
    if a.isProvablyAtLeast(b + 1) { return true }
    return b.isProvablyAtLeast(a) ? false : nil
  }

  static func isEqual(_ a: Dimension, _ b: Dimension) -> Bool? {
    if a.isProvablyEqual(to: b) { return true }
    return a.isProvablyDifferent(from: b) ? false : nil
  }
}

// MARK: - Booleans, as 0 and 1

extension IntegerArithmetic {
  @Sendable static func and(_ a: Dimension, _ b: Dimension) -> Dimension {
    if a.constant == 0 || b.constant == 0 { return 0 }
    return a.constant == 1 && b.constant == 1 ? 1 : .unknown
  }

  @Sendable static func or(_ a: Dimension, _ b: Dimension) -> Dimension {
    if a.constant == 1 || b.constant == 1 { return 1 }
    return a.constant == 0 && b.constant == 0 ? 0 : .unknown
  }

  @Sendable static func xor(_ a: Dimension, _ b: Dimension) -> Dimension {
    guard let left = a.constant, let right = b.constant else { return .unknown }
    return Dimension(left ^ right)
  }
}
