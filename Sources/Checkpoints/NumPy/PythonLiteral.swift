/// Reads the few forms of Python literals that the header of an array is made of; nothing is evaluated.
struct PythonLiteral {
  enum Value: Hashable {
    case string(String)
    case bool(Bool)
    /// A tuple or a list of integers.
    case integers([Int])
    /// Something else that is well formed.
    case other
  }

  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: [UInt8]) { self.text = text }

  /// The members of a dictionary with strings as keys, with nothing but blanks behind it.
  mutating func dictionary() -> [String: Value]? {
    guard take("{") else { return nil }
    var members: [String: Value] = [:]
    while !take("}") {
      guard case .string(let key)? = value(), take(":"), let value = value(),
        members.updateValue(value, forKey: key) == nil
      else { return nil }
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    skipBlanks()
    return position == text.count ? members : nil
  }

  private mutating func value() -> Value? {
    skipBlanks()
    guard position < text.count else { return nil }
    switch text[position] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return string()
    case UInt8(ascii: "("): return sequence(closing: ")")
    case UInt8(ascii: "["): return sequence(closing: "]")
    case UInt8(ascii: "T"): return word("True") ? .bool(true) : nil
    case UInt8(ascii: "F"): return word("False") ? .bool(false) : nil
    case UInt8(ascii: "N"): return word("None") ? .other : nil
    default: return integer().map { .integers([$0]) }
    }
  }

  private mutating func string() -> Value? {
    let quote = text[position]
    let start = position + 1
    guard let end = text[start...].firstIndex(of: quote), !text[start..<end].contains(UInt8(ascii: "\\")) else {
      return nil
    }
    position = end + 1
    return .string(String(decoding: text[start..<end], as: UTF8.self))
  }

  private mutating func sequence(closing: Unicode.Scalar) -> Value? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 32 else { return nil }
    position += 1
    var integers: [Int] = []
    var isPlain = true
    while !take(closing) {
      skipBlanks()
      let start = position
      if let integer = integer() {
        integers.append(integer)
      } else {
        position = start
        guard value() != nil else { return nil }
        isPlain = false
      }
      if !take(",") {
        guard take(closing) else { return nil }
        break
      }
    }
    return isPlain ? .integers(integers) : .other
  }

  /// An integer; Python 2 wrote long ones with an L.
  private mutating func integer() -> Int? {
    let start = position
    while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) { position += 1 }
    guard position > start, let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else { return nil }
    _ = take("L")
    return value
  }

  private mutating func word(_ word: String) -> Bool {
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < text.count, text[position] == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while position < text.count, [0x20, 0x09, 0x0A].contains(text[position]) { position += 1 }
  }
}
