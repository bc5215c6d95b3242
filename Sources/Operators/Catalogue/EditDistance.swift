/// The number of insertions, deletions, replacements and swaps that make `right` of `left`, letter case apart; `nil` where
/// it is above a limit.
///
/// Time is the product of the lengths. This is the optimal string alignment distance: no part is edited twice.
package func editDistance(_ left: [UInt8], _ right: [UInt8], within limit: Int) -> Int? {
  guard abs(left.count - right.count) <= limit else { return nil }
  let start = zip(left, right).prefix { lowercased($0) == lowercased($1) }.count
  var (left, right) = (left[start...], right[start...])
  while let a = left.last, let b = right.last, lowercased(a) == lowercased(b) {
    left.removeLast()
    right.removeLast()
  }
  let (a, b) = (left.map(lowercased), right.map(lowercased))
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  var row = last
  for i in a.indices {
    row[0] = i + 1
    for j in b.indices {
      var least = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
      row[j + 1] = least
    }
    // What follows is no less than the least of two rows.
    if min(row.min() ?? 0, last.min() ?? 0) > limit { return nil }
    (beforeLast, last, row) = (last, row, beforeLast)
  }
  return last[b.count] <= limit ? last[b.count] : nil
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
}
