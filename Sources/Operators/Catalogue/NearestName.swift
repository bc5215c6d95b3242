/// The name that is spelled most like a given one, of many that are considered one by one.
///
/// Most names of a long text are told apart by their lengths and by the letters that they have, without a look at the
/// order of these: a name of n letters that the other has not is n edits away at least.
package struct NearestName {
  private let wanted: [UInt8]
  private let letters: Letters
  /// The most edits that a slip of the pen takes, or the edits to the best name yet.
  private var limit: Int
  private var best: (candidate: [UInt8], rank: Rank)?

  /// How well a name fits; the least fits best.
  ///
  /// Of equally close ones, those that go on where the given name ends come first: more is left out than is added in typing.
  /// Then come those that differ least in their letters' case, and then the first by name.
  private struct Rank {
    var distance: Int
    var goesOn: Bool
    var differing: Int
  }

  package init(to name: String) {
    wanted = Array(name.utf8)
    letters = Letters(wanted)
    // Any letter is one slip away from any other.
    limit = wanted.count == 1 ? 0 : max(1, wanted.count / 3)
  }

  /// The nearest name yet; `nil` where none is close enough to be a slip of the pen.
  package var name: String? { best.map { String(decoding: $0.candidate, as: UTF8.self) } }

  package mutating func consider(_ candidate: String) {
    var candidate = candidate
    candidate.withUTF8 { consider(UnsafeRawBufferPointer($0)) }
  }

  /// Considers the name that some bytes spell.
  package mutating func consider(_ candidate: UnsafeRawBufferPointer) {
    guard abs(candidate.count - wanted.count) <= limit,
      letters.edits(to: Letters(candidate)) <= limit
    else { return }
    let bytes = Array(candidate)
    guard let distance = editDistance(wanted, bytes, within: limit) else { return }
    let rank = Rank(
      distance: distance, goesOn: bytes.starts(with: wanted), differing: zip(wanted, bytes).count { $0 != $1 })
    if let best, !fits(bytes, rank, betterThan: best) { return }
    best = (bytes, rank)
    limit = distance
  }

  private func fits(_ bytes: [UInt8], _ rank: Rank, betterThan best: (candidate: [UInt8], rank: Rank)) -> Bool {
    let mine = (rank.distance, rank.goesOn ? 0 : 1, rank.differing)
    let other = (best.rank.distance, best.rank.goesOn ? 0 : 1, best.rank.differing)
    return mine == other ? bytes.lexicographicallyPrecedes(best.candidate) : mine < other
  }
}

/// Which letters a name has, without their case; several that are rare share a bit.
private struct Letters {
  private var bits: UInt64 = 0

  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { bits |= 1 << UInt64(Self.bit(of: byte)) }
  }

  /// Edits that there are at the least between two names.
  func edits(to other: Letters) -> Int {
    max((bits & ~other.bits).nonzeroBitCount, (other.bits & ~bits).nonzeroBitCount)
  }

  @inline(__always)
  private static func bit(of byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a")
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 26
    default: 36 + byte % 28
    }
  }
}
