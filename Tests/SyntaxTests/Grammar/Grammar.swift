import Glibc

/// The productions of `grammar/mica.ebnf`, as they stand there.
struct Grammar {
  /// A part of a production's right side.
  struct Node {
    enum Kind: Equatable {
      /// Characters in quotes.
      case literal
      /// The name of a production.
      case symbol
      /// One character of a set.
      case set(Set<UInt8>)
      case sequence, choice, optional, star, plus
      /// What the first child matches and the second does not.
      case difference
    }

    var kind: Kind
    /// The characters of a literal, the name of a symbol.
    var text = ""
    var children: [Int] = []
  }

  struct Production {
    var name: String
    var root: Int
    /// Productions in capitals are tokens.
    var isToken: Bool { name.allSatisfy { $0.isUppercase || $0 == "_" } }
  }

  private(set) var nodes: [Node] = []
  private(set) var productions: [Production] = []
  private(set) var index: [String: Int] = [:]

  /// The grammar in the repository.
  static let mica = Grammar(text)

  static let text: String = {
    let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return contents(of: "/\(folder)/grammar/mica.ebnf")
  }()

  private static func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var text: [UInt8] = []
    var next = fgetc(file)
    while next != EOF {
      text.append(UInt8(truncatingIfNeeded: next))
      next = fgetc(file)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads productions in the notation that the file itself explains.
  init(_ text: String) {
    var reader = GrammarReader(text)
    while let name = reader.productionName() {
      let root = readChoice(&reader)
      index[name] = productions.count
      productions.append(Production(name: name, root: root))
    }
    precondition(reader.isAtEnd, "the grammar ends unread at \(reader.rest)")
  }

  func production(_ name: String) -> Production? { index[name].map { productions[$0] } }

  /// A node in the notation of the file.
  func text(_ node: Int) -> String {
    let node = nodes[node]
    let inner = node.children.map { text($0) }
    switch node.kind {
    case .literal: return "\"\(node.text)\""
    case .symbol: return node.text
    case .set: return "[…]"
    case .sequence: return inner.joined(separator: " ")
    case .choice: return "( " + inner.joined(separator: " | ") + " )"
    case .optional: return "( \(inner[0]) )?"
    case .star: return "( \(inner[0]) )*"
    case .plus: return "( \(inner[0]) )+"
    case .difference: return inner.joined(separator: " - ")
    }
  }

  private mutating func add(_ kind: Node.Kind, _ text: String = "", _ children: [Int] = []) -> Int {
    nodes.append(Node(kind: kind, text: text, children: children))
    return nodes.count - 1
  }

  private mutating func readChoice(_ reader: inout GrammarReader) -> Int {
    var alternatives = [readSequence(&reader)]
    while reader.take("|") { alternatives.append(readSequence(&reader)) }
    return alternatives.count == 1 ? alternatives[0] : add(.choice, "", alternatives)
  }

  private mutating func readSequence(_ reader: inout GrammarReader) -> Int {
    var parts: [Int] = []
    while let part = readDifference(&reader) { parts.append(part) }
    return parts.count == 1 ? parts[0] : add(.sequence, "", parts)
  }

  private mutating func readDifference(_ reader: inout GrammarReader) -> Int? {
    guard var part = readRepetition(&reader) else { return nil }
    while reader.take("-"), let other = readRepetition(&reader) { part = add(.difference, "", [part, other]) }
    return part
  }

  private mutating func readRepetition(_ reader: inout GrammarReader) -> Int? {
    guard var part = readPrimary(&reader) else { return nil }
    while true {
      if reader.take("?") {
        part = add(.optional, "", [part])
      } else if reader.take("*") {
        part = add(.star, "", [part])
      } else if reader.take("+") {
        part = add(.plus, "", [part])
      } else {
        return part
      }
    }
  }

  private mutating func readPrimary(_ reader: inout GrammarReader) -> Int? {
    if reader.take("(") {
      let inner = readChoice(&reader)
      precondition(reader.take(")"), "a parenthesis in the grammar is not closed at \(reader.rest)")
      return inner
    }
    if let text = reader.literal() { return add(.literal, text) }
    if let set = reader.characterSet() { return add(.set(set)) }
    return reader.symbol().map { add(.symbol, $0) }
  }
}

/// The words of the notation.
struct GrammarReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    skipBlanks()
  }

  var isAtEnd: Bool { position == bytes.count }
  var rest: String { String(decoding: bytes[position...].prefix(40), as: UTF8.self) }

  private func byte(_ offset: Int = 0) -> UInt8 {
    position + offset < bytes.count ? bytes[position + offset] : 0
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      if bytes[position...].starts(with: "/*".utf8) {
        position += 2
        while position < bytes.count, !bytes[position...].starts(with: "*/".utf8) { position += 1 }
        position = min(position + 2, bytes.count)
      } else if " \n\t\r".utf8.contains(byte()) {
        position += 1
      } else {
        return
      }
    }
  }

  mutating func take(_ sign: Character) -> Bool {
    guard byte() == sign.asciiValue else { return false }
    position += 1
    skipBlanks()
    return true
  }

  private func word(at start: Int) -> Range<Int> {
    var end = start
    while end < bytes.count, bytes[end] | 0x20 >= 0x61 && bytes[end] | 0x20 <= 0x7A || bytes[end] == 0x5F { end += 1 }
    return start..<end
  }

  /// The name before a `::=`.
  mutating func productionName() -> String? {
    let range = word(at: position)
    guard !range.isEmpty, beginsProduction(range) else { return nil }
    position = range.upperBound
    skipBlanks()
    position += 3
    skipBlanks()
    return String(decoding: bytes[range], as: UTF8.self)
  }

  private func beginsProduction(_ name: Range<Int>) -> Bool {
    let rest = bytes[name.upperBound...].drop { $0 == 0x20 }
    return rest.starts(with: "::=".utf8)
  }

  /// The name of a production that is used.
  mutating func symbol() -> String? {
    let range = word(at: position)
    guard !range.isEmpty, !beginsProduction(range) else { return nil }
    position = range.upperBound
    skipBlanks()
    return String(decoding: bytes[range], as: UTF8.self)
  }

  mutating func literal() -> String? {
    let quote = byte()
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
      let end = bytes[(position + 1)...].firstIndex(of: quote)
    else { return nil }
    let text = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    position = end + 1
    skipBlanks()
    return text
  }

  /// `[a-z]`, `[^#xA]`, `#x20`.
  mutating func characterSet() -> Set<UInt8>? {
    if byte() == UInt8(ascii: "#") {
      let one = character()
      skipBlanks()
      return [one]
    }
    guard byte() == UInt8(ascii: "[") else { return nil }
    position += 1
    let isComplement = byte() == UInt8(ascii: "^")
    if isComplement { position += 1 }
    var set: Set<UInt8> = []
    while byte() != UInt8(ascii: "]"), !isAtEnd {
      let first = character()
      if byte() == UInt8(ascii: "-"), byte(1) != UInt8(ascii: "]") {
        position += 1
        set.formUnion(first...character())
      } else {
        set.insert(first)
      }
    }
    position += 1
    skipBlanks()
    return isComplement ? Set(UInt8.min...UInt8.max).subtracting(set) : set
  }

  private mutating func character() -> UInt8 {
    guard byte() == UInt8(ascii: "#"), byte(1) == UInt8(ascii: "x") else {
      position += 1
      return bytes[position - 1]
    }
    position += 2
    var value = 0
    while let digit = Character(UnicodeScalar(byte())).hexDigitValue {
      value = value * 16 + digit
      position += 1
    }
    return UInt8(value)
  }
}
