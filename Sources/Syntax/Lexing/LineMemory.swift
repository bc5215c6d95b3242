import Glibc

/// Lines of a text that were lexed, by their bytes.
///
/// Networks repeat their layers, and where names are bound again so do their lines. No token goes beyond its line, and none
/// depends on another line: the tokens of a line with the same bytes are a copy of those of the first one.
struct LineMemory {
  /// A line from its first token to its end.
  struct Line {
    var bytes: Range<Int>
    var indentation: Int
    /// The tokens that it is made of.
    var tokens = 0..<0
    fileprivate var hash: UInt64 = 0
  }

  /// Each in the place that its hash gives it; the last one of several stays.
  private var lines: [Line?]
  /// How many lines were looked for, and how many of them found.
  private var asked = 0
  private var found = 0

  /// So many lines are looked for before the memory is given up where fewer than a quarter of them is found.
  private static let trial = 512

  init(byteCount: Int) {
    var count = 16
    while count < 1024, count * 64 < byteCount { count *= 2 }
    lines = Array(repeating: nil, count: count)
  }

  /// Whether lines are worth looking for in this text.
  var isUseful: Bool { asked < Self.trial || found * 4 >= asked }

  /// The line that stands at a position of the text.
  func line(from start: Int, indentation: Int, in source: UnsafeBufferPointer<UInt8>) -> Line {
    guard let base = source.baseAddress, start < source.count else {
      return Line(bytes: start..<start, indentation: indentation)
    }
    let newline = memchr(base + start, Int32(UInt8(ascii: "\n")), source.count - start)
    let end = newline.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? source.count
    var line = Line(bytes: start..<end, indentation: indentation)
    line.hash = Self.hash(UnsafeRawBufferPointer(start: base + start, count: end - start))
    return line
  }

  /// A line with the same bytes and indentation that was lexed before; `nil` where none is known.
  mutating func known(like line: Line, in source: UnsafeBufferPointer<UInt8>) -> Line? {
    asked += 1
    guard let base = source.baseAddress, let known = lines[place(of: line)], known.hash == line.hash,
      known.indentation == line.indentation, known.bytes.count == line.bytes.count,
      memcmp(base + known.bytes.lowerBound, base + line.bytes.lowerBound, line.bytes.count) == 0
    else { return nil }
    found += 1
    return known
  }

  /// Remembers a line with its tokens.
  mutating func remember(_ line: Line) { lines[place(of: line)] = line }

  private func place(of line: Line) -> Int { Int(truncatingIfNeeded: line.hash) & (lines.count - 1) }

  /// The 64-bit FNV-1a hash, eight bytes at a time, folded so that its lower bits are as good as its upper ones.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var next = 0
    while next + 8 <= bytes.count {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self)) &* 0x0000_0100_0000_01b3
      hash ^= hash >> 32
      next += 8
    }
    while next < bytes.count {
      hash = (hash ^ UInt64(bytes[next])) &* 0x0000_0100_0000_01b3
      next += 1
    }
    return hash ^ hash >> 32
  }
}
