/// Protocol Buffers fields, written down by hand.
enum Wire {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func field(_ number: UInt64, _ value: Int64) -> [UInt8] {
    varint(number << 3) + varint(UInt64(bitPattern: value))
  }

  static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(content.count)) + content
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  /// A ModelProto whose graph has these fields.
  static func model(graph: [UInt8]) -> [UInt8] { field(1, 10) + field(7, graph) }

  /// A ModelProto with one initializer, whose TensorProto has these fields.
  static func model(tensor: [UInt8]) -> [UInt8] { model(graph: field(5, tensor)) }
}

/// The bytes that a text of hexadecimal digits stands for; other characters are left out.
func hexadecimal(_ text: String) -> [UInt8] {
  let digits = text.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
