import Glibc

/// Random numbers by position: number *i* of a seed is the same whatever was drawn before.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014) adds a constant and mixes,
/// so that its state after *i* steps is known at once.
struct RandomStream {
  private let base: UInt64

  /// Mixes the seed first: otherwise the streams of some seeds would be shifts of one another.
  init(seed: UInt64) {
    base = Self.mix(seed)
  }

  /// The 64 bits at `index`.
  func bits(at index: UInt64) -> UInt64 {
    Self.mix(base &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A number in [0, 1), a multiple of 2⁻⁵³.
  func unit(at index: UInt64) -> Double {
    Double(bits(at: index) >> 11) * 0x1p-53
  }

  /// The standard normal numbers at positions 2 · `pair` and 2 · `pair` + 1 (Box and Muller, 1958).
  func normals(ofPair pair: UInt64) -> (Double, Double) {
    let radius = (-2 * log(1 - unit(at: 2 &* pair))).squareRoot()
    let angle = 2 * Double.pi * unit(at: 2 &* pair &+ 1)
    return (radius * cos(angle), radius * sin(angle))
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
