import Tensors
import Testing

/// The size that `text` describes over a fixed set of symbols: `H` is a multiple of 32, `W` of 16, `P` may be 0.
func size(_ text: String) -> Dimension {
  guard let size = DimensionReader.read(text, symbols) else {
    Issue.record("\(text) is no size")
    return .unknown
  }
  return size
}

private let symbols: [String: Dimension] = [
  "N": .symbol("N"), "M": .symbol("M"), "S": .symbol("S"), "H": .symbol("H", divisibleBy: 32),
  "W": .symbol("W", divisibleBy: 16), "P": .symbol("P", atLeast: 0), "V": .symbol("V", atLeast: -3),
  "K": .symbol("K", divisibleBy: 4, atLeast: 9),
]

/// Reads a description back, by the precedences of Mica's expressions: `**`, unary minus, `* / %`, `+ -`.
struct DimensionReader {
  private let text: [UInt8]
  private var position = 0
  private let symbols: [String: Dimension]

  /// The size that `text` describes; `nil` where it is no expression.
  static func read(_ text: String, _ symbols: [String: Dimension]) -> Dimension? {
    var reader = DimensionReader(text: text.utf8.filter { $0 != UInt8(ascii: " ") }, symbols: symbols)
    guard let value = reader.sum(), reader.position == reader.text.count else { return nil }
    return value
  }

  private init(text: [UInt8], symbols: [String: Dimension]) {
    self.text = text
    self.symbols = symbols
  }

  private mutating func accept(_ token: String) -> Bool {
    guard text[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    return true
  }

  private mutating func sum() -> Dimension? {
    guard var value = product() else { return nil }
    while true {
      if accept("+") {
        guard let next = product() else { return nil }
        value += next
      } else if accept("-") {
        guard let next = product() else { return nil }
        value -= next
      } else {
        return value
      }
    }
  }

  private mutating func product() -> Dimension? {
    guard var value = negation() else { return nil }
    while true {
      if accept("*") {
        guard let next = negation() else { return nil }
        value *= next
      } else if accept("/") {
        guard let next = negation() else { return nil }
        value = value.floorDivided(by: next)
      } else if accept("%") {
        guard let next = negation() else { return nil }
        value = value.modulo(next)
      } else {
        return value
      }
    }
  }

  private mutating func negation() -> Dimension? {
    if accept("-") { return negation().map { -$0 } }
    guard let base = primary() else { return nil }
    guard accept("**") else { return base }
    return number().map { base.power($0) }
  }

  private mutating func primary() -> Dimension? {
    if accept("(") {
      guard let value = sum(), accept(")") else { return nil }
      return value
    }
    if accept("?") { return .unknown }
    if let number = number() { return Dimension(number) }
    var name = ""
    while position < text.count, text[position] | 0x20 >= UInt8(ascii: "a"), text[position] | 0x20 <= UInt8(ascii: "z")
    {
      name.unicodeScalars.append(Unicode.Scalar(text[position]))
      position += 1
    }
    guard accept("(") else { return symbols[name] }
    if name == "ceil" {
      // The argument is one exact quotient, of which `/` is the last operator.
      return ceiling()
    }
    guard name == "min" || name == "max", var value = sum() else { return nil }
    while accept(",") {
      guard let next = sum() else { return nil }
      value = name == "min" ? .minimum(value, next) : .maximum(value, next)
    }
    return accept(")") ? value : nil
  }

  private mutating func ceiling() -> Dimension? {
    var depth = 0
    var slash: Int?
    var end = position
    while end < text.count {
      let byte = text[end]
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") {
        if depth == 0 { break }
        depth -= 1
      }
      if byte == UInt8(ascii: "/"), depth == 0 { slash = end }
      end += 1
    }
    guard let slash, end < text.count else { return nil }
    var dividend = DimensionReader(text: Array(text[position..<slash]), symbols: symbols)
    var divisor = DimensionReader(text: Array(text[(slash + 1)..<end]), symbols: symbols)
    position = end + 1
    guard let p = dividend.sum(), dividend.position == dividend.text.count, let q = divisor.sum(),
      divisor.position == divisor.text.count
    else { return nil }
    return p.ceilDivided(by: q)
  }

  private mutating func number() -> Int? {
    let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    position += digits.count
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
