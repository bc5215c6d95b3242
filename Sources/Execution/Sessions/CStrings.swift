/// Calls `body` with the strings as C has them.
func withCStrings<Result>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
  withCStrings(strings.map { Array($0.utf8) }, body)
}

/// Calls `body` with the strings as C has them, each up to its first byte 0.
func withCStrings<Result>(_ strings: [[UInt8]], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
  var all: [CChar] = []
  var starts: [Int] = []
  for string in strings {
    starts.append(all.count)
    all += string.map { CChar(bitPattern: $0) } + [0]
  }
  return all.withUnsafeBufferPointer { all in body(starts.map { start in all.baseAddress.map { $0 + start } }) }
}
