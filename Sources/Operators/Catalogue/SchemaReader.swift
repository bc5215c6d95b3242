import Graphs
import Tensors

/// The lines of the schema table, without their ends; empty ones are left out.
struct SchemaLines: Sequence, IteratorProtocol {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var rest: Range<Int>

  init(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) {
    self.bytes = bytes
    rest = range
  }

  mutating func next() -> Range<Int>? {
    while !rest.isEmpty {
      let end = bytes[rest].firstIndex(of: UInt8(ascii: "\n")) ?? rest.upperBound
      let line = rest.lowerBound..<end
      rest = Swift.min(end + 1, rest.upperBound)..<rest.upperBound
      if !line.isEmpty { return line }
    }
    return nil
  }
}

/// The words of a line; one in quotes keeps them, and may hold blanks.
struct SchemaWords: Sequence, IteratorProtocol {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var rest: Range<Int>

  init(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) {
    self.bytes = bytes
    rest = range
  }

  mutating func next() -> String? {
    guard let start = bytes[rest].firstIndex(where: { $0 != UInt8(ascii: " ") }) else { return nil }
    var isQuoted = false
    let end =
      bytes[start..<rest.upperBound].firstIndex { byte in
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        return byte == UInt8(ascii: " ") && !isQuoted
      } ?? rest.upperBound
    rest = end..<rest.upperBound
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

extension OperatorSchema {
  /// What the lines of the table say of an operator.
  struct Lines {
    var inputs: [Parameter] = []
    var outputs: [Parameter] = []
    var attributes: [AttributeFact] = []
    var typeConstraints: [String: [String]] = [:]

    /// Adds what one line says.
    mutating func read(_ words: inout SchemaWords) {
      switch words.next() {
      case "in": if let parameter = Parameter(&words) { inputs.append(parameter) }
      case "out": if let parameter = Parameter(&words) { outputs.append(parameter) }
      case "attr": if let fact = AttributeFact(&words) { attributes.append(fact) }
      case "type": if let variable = words.next() { typeConstraints[variable] = words.map(OperatorSchema.typeName) }
      default: break
      }
    }
  }

  /// The type as schemas write it: `seq(float)` of the table is `seq(tensor(float))`.
  static func typeName(_ short: String) -> String {
    for container in ["seq(", "optional("] where short.hasPrefix(container) {
      return container + typeName(String(short.dropFirst(container.count).dropLast())) + ")"
    }
    if short.hasPrefix("sparse_tensor(") { return short }
    guard short.hasPrefix("map(") else { return "tensor(\(short))" }
    return short.split(separator: ",", maxSplits: 1).joined(separator: ", ")
  }
}

extension OperatorSchema.Parameter {
  fileprivate init?(_ words: inout SchemaWords) {
    guard let name = words.next(), let type = words.next() else { return nil }
    let mark = words.next() ?? ""
    self.init(
      name: name, type: type.hasPrefix("=") ? OperatorSchema.typeName(String(type.dropFirst())) : type,
      arity: mark.isEmpty ? .single : mark == "?" ? .optional : .variadic, isHomogeneous: !mark.hasPrefix("~"),
      minimumArity: Int(mark.dropFirst()) ?? (mark.isEmpty ? 1 : 0))
  }
}

extension OperatorSchema.AttributeFact {
  fileprivate init?(_ words: inout SchemaWords) {
    guard let name = words.next(), let kind = words.next().flatMap(OperatorSchema.AttributeKind.init(spelling:)) else {
      return nil
    }
    let rest = Array(words)
    let (facts, choices) = (rest.prefix { $0 != "of" }, rest.drop { $0 != "of" }.dropFirst())
    self.init(
      name: name, kind: kind, isRequired: facts.first == "required",
      defaultValue: facts.first == "=" ? Attribute.Value(kind, Array(facts.dropFirst())) : nil,
      choices: choices.map { String($0.dropFirst().dropLast()) })
  }
}

extension OperatorSchema.AttributeKind {
  private static let bySpelling: [String: Self] = [
    "float": .float, "int": .int, "string": .string, "tensor": .tensor, "graph": .graph,
    "sparseTensor": .sparseTensor, "type": .type, "floats": .floats, "ints": .ints, "strings": .strings,
    "tensors": .tensors, "graphs": .graphs, "sparseTensors": .sparseTensors, "types": .types,
  ]

  fileprivate init?(spelling: String) {
    guard let kind = Self.bySpelling[spelling] else { return nil }
    self = kind
  }
}

extension Attribute.Value {
  /// A default from its words in the table.
  fileprivate init?(_ kind: OperatorSchema.AttributeKind, _ words: [String]) {
    switch kind {
    case .float:
      guard let value = words.first.flatMap({ Float($0) }) else { return nil }
      self = .float(value)
    case .int:
      guard let value = words.first.flatMap({ Int64($0) }) else { return nil }
      self = .int(value)
    case .string:
      guard let word = words.first else { return nil }
      self = .string(Self.unquoted(word))
    case .floats: self = .floats(words.compactMap { Float($0) })
    case .ints: self = .ints(words.compactMap { Int64($0) })
    case .strings: self = .strings(words.map(Self.unquoted))
    default: return nil
    }
  }

  /// The bytes between the quotes, with `\xNN` for those that are no printable ASCII.
  private static func unquoted(_ word: String) -> [UInt8] {
    var rest = word.utf8.dropFirst().dropLast()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x") {
        bytes.append(UInt8(Substring(rest.dropFirst().prefix(2)), radix: 16) ?? 0)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
