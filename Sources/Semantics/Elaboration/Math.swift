import Glibc

/// The functions of the C library that compile-time arithmetic needs.
enum Math {
  static func power(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
}
