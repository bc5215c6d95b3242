/// The number of insertions, deletions, replacements and swaps that make `right` of `left`, letter case apart.
///
/// Time is the product of the lengths. This is the optimal string alignment distance: no part is edited twice.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  let left = left.map(lowercased)
  let right = right.map(lowercased)
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      var least = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { least = min(least, beforeLast[j - 1] + 1) }
      row.append(least)
    }
    (beforeLast, last) = (last, row)
  }
  return last[right.count]
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
}
