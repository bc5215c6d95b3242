import Glibc

/// Where the lines of a text begin: maps byte offsets to lines and columns.
package struct LineIndex: Sendable {
  private let starts: [Int]

  /// Finds the lines in time linear in the text.
  package init(_ source: [UInt8]) {
    var starts = [0]
    starts.reserveCapacity(source.count / 32)
    source.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      var next = 0
      while let newline = memchr(base + next, Int32(UInt8(ascii: "\n")), source.count - next) {
        next = UnsafeRawPointer(newline) - UnsafeRawPointer(base) + 1
        starts.append(next)
      }
    }
    self.starts = starts
  }

  /// The line (from 0) that holds `offset`, in logarithmic time.
  package func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The number of lines that hold some of the bytes.
  package func count(in range: Range<Int>) -> Int { line(of: range.upperBound) - line(of: range.lowerBound) + 1 }

  /// Line and column as people count them: from 1, columns in Unicode scalars.
  package func position(of offset: Int, in source: [UInt8]) -> (line: Int, column: Int) {
    let line = line(of: offset)
    let end = min(offset, source.count)
    // Continuation bytes (10xxxxxx) begin no scalar.
    let column = source[min(starts[line], end)..<end].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    return (line + 1, column + 1)
  }
}
