import Glibc

/// One pass over a JSON text that refuses what json-c lets through.
///
/// json-c checks the grammar of arrays and objects; this checks tokens: UTF-8, numbers and their range, control
/// characters, quotes, literals, keys with U+0000, and depth. It also counts the members of each object, which
/// json-c cannot, since it merges members of the same key.
struct JSONScanner {
  /// The deepest nesting of arrays and objects that is accepted.
  static let depthLimit = 128

  /// The number of members of each object, in the order in which the objects begin.
  private(set) var memberCounts: [Int] = []

  /// Where the keys of the watched object are, quotes included.
  private(set) var watchedKeys: [Range<Int>] = []

  private let bytes: UnsafeRawBufferPointer
  private let watched: Int?

  /// The index into `memberCounts` of each object that is open, −1 for an array.
  private var open: [Int] = []
  private var position = 0
  private var lastString = 0..<0
  private var lastStringHasNull = false

  /// Scans `bytes`, and notes the keys of the object with the index `watched`.
  ///
  /// - Complexity: O(`bytes.count`)
  init(_ bytes: UnsafeRawBufferPointer, watching watched: Int? = nil) throws(JSONError) {
    self.bytes = bytes
    self.watched = watched
    try Self.checkUTF8(bytes)
    while position < bytes.count { try scanToken() }
  }

  static func checkUTF8(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: Span<UInt8>(_bytes: bytes.bytes))
    } catch {
      throw JSONError(.invalidUTF8, at: error.byteOffsets.lowerBound)
    }
  }

  private mutating func scanToken() throws(JSONError) {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ","):
      position += 1
    case UInt8(ascii: "\""):
      try scanString()
    case UInt8(ascii: ":"):
      try countMember()
      position += 1
    case UInt8(ascii: "{"):
      try begin(memberCounts.count)
      memberCounts.append(0)
    case UInt8(ascii: "["):
      try begin(-1)
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      _ = open.popLast()
      position += 1
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try scanNumber()
    case UInt8(ascii: "t"): try scanLiteral("true")
    case UInt8(ascii: "f"): try scanLiteral("false")
    case UInt8(ascii: "n"): try scanLiteral("null")
    default: throw JSONError(.unexpectedByte(byte), at: position)
    }
  }

  private mutating func begin(_ container: Int) throws(JSONError) {
    guard open.count < Self.depthLimit else { throw JSONError(.tooDeep(limit: Self.depthLimit), at: position) }
    open.append(container)
    position += 1
  }

  private mutating func countMember() throws(JSONError) {
    guard let object = open.last, object >= 0 else { throw JSONError(.unexpectedByte(bytes[position]), at: position) }
    if lastStringHasNull { throw JSONError(.nullCharacterInKey, at: lastString.lowerBound) }
    memberCounts[object] += 1
    if object == watched { watchedKeys.append(lastString) }
  }

  private mutating func scanLiteral(_ literal: StaticString) throws(JSONError) {
    let count = literal.utf8CodeUnitCount
    for index in 0..<count {
      guard position + index < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      let byte = bytes[position + index]
      guard byte == literal.utf8Start[index] else { throw JSONError(.unexpectedByte(byte), at: position + index) }
    }
    position += count
  }

  private mutating func scanString() throws(JSONError) {
    let start = position
    lastStringHasNull = false
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        lastString = start..<position
        return
      case UInt8(ascii: "\\"):
        if isNullEscape(at: position) { lastStringHasNull = true }
        // json-c checks the escape itself; here it only must not end the string.
        position += 2
      case 0..<0x20:
        throw JSONError(.controlCharacterInString(byte), at: position)
      default:
        position += 1
      }
    }
    throw JSONError(.unexpectedEnd, at: bytes.count)
  }

  private func isNullEscape(at position: Int) -> Bool {
    position + 6 <= bytes.count && bytes[position + 1] == UInt8(ascii: "u")
      && bytes[position + 2..<position + 6].allSatisfy { $0 == UInt8(ascii: "0") }
  }
}

extension JSONScanner {
  /// Scans `-? (0 | [1-9] digit*) (. digit+)? ([eE] [+-]? digit+)?` and refuses what no 64 bits hold.
  private mutating func scanNumber() throws(JSONError) {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    let isNegative = position > start
    let integerStart = position
    let integerDigits = skipDigits()
    guard integerDigits > 0, integerDigits == 1 || bytes[integerStart] != UInt8(ascii: "0") else {
      throw JSONError(.invalidNumber, at: start)
    }
    var isInteger = true
    var exponentDigits = 0
    if peek == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
    }
    if let byte = peek, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      exponentDigits = skipDigits()
      guard exponentDigits > 0 else { throw JSONError(.invalidNumber, at: start) }
    }
    // Below 10²⁰⁰ · 10⁹⁹ there is no need to convert the number to see that it is finite.
    if !isInteger, integerDigits <= 200, exponentDigits <= 2 { return }
    let fits =
      isInteger
      ? fitsInteger(integerStart..<position, isNegative: isNegative)
      : Double(String(decoding: bytes[start..<position], as: UTF8.self))?.isFinite ?? false
    guard fits else { throw JSONError(.numberOutOfRange, at: start) }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    return position - start
  }

  private func fitsInteger(_ digits: Range<Int>, isNegative: Bool) -> Bool {
    if digits.count < 19 { return true }
    var magnitude: UInt64 = 0
    for byte in bytes[digits] {
      let (product, productOverflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if productOverflow || sumOverflow { return false }
      magnitude = sum
    }
    return !isNegative || magnitude <= Int64.min.magnitude
  }
}
