import Tensors

/// The element of a rank among the magnitudes of tensors, found without their being in memory.
///
/// The bits of floats without their signs are ordered as the numbers are: two passes count the upper and the lower bits.
struct MagnitudeRank {
  /// The bits of the magnitude, below which there are fewer elements than the rank.
  private(set) var limit: UInt32 = 0
  /// How many elements at the limit it takes to make up the rank.
  private(set) var ties = 0

  private static let lowerBits = 15

  /// - Parameter rank: how many elements are to be found.
  init(_ rank: Int, of tensors: [Tensor]) {
    guard rank > 0 else { return }
    var upper = Array(repeating: 0, count: 1 << (31 - Self.lowerBits))
    for tensor in tensors { tensor.forEachMagnitude { upper[Int($0 >> UInt32(Self.lowerBits))] += 1 } }
    let (high, before) = Self.bin(of: rank, in: upper)
    var lower = Array(repeating: 0, count: 1 << Self.lowerBits)
    for tensor in tensors {
      tensor.forEachMagnitude { bits in
        if Int(bits >> UInt32(Self.lowerBits)) == high { lower[Int(bits) & (1 << Self.lowerBits - 1)] += 1 }
      }
    }
    let (low, rest) = Self.bin(of: rank - before, in: lower)
    limit = UInt32(high << Self.lowerBits | low)
    ties = rank - before - rest
  }

  /// The bin in which the element of a rank is, and how many are in those before.
  private static func bin(of rank: Int, in counts: [Int]) -> (bin: Int, before: Int) {
    var before = 0
    for (bin, count) in counts.enumerated() {
      if before + count >= rank { return (bin, before) }
      before += count
    }
    return (counts.count - 1, before - (counts.last ?? 0))
  }
}

extension Tensor {
  private static let pieceLength = 1 << 16

  /// Passes the bits of every element as a 32-bit float without its sign, in order.
  func forEachMagnitude(_ body: (UInt32) -> Void) {
    var start = 0
    let count = elementCount
    while start < count {
      let end = min(start + Self.pieceLength, count)
      withFloats(start..<end) { floats in
        for place in stride(from: 0, to: floats.count, by: 4) {
          body(floats.loadUnaligned(fromByteOffset: place, as: UInt32.self) & 0x7FFF_FFFF)
        }
      }
      start = end
    }
  }
}
