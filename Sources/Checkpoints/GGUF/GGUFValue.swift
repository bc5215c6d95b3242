/// A value of a GGUF file's metadata.
enum GGUFValue {
  case unsigned(UInt64)
  case signed(Int64)
  case number(Double)
  case bool(Bool)
  case string(String)
  /// An array: its first elements, and how many there are.
  case array([String], count: UInt64)

  /// How many elements of an array are kept to show.
  private static let shown = 4

  init(_ cursor: inout ByteCursor) throws(CheckpointError) {
    let place = cursor.position
    let type = try cursor.integer(UInt32.self)
    guard type == 9 else {
      self = try Self.scalar(type, &cursor, at: place)
      return
    }
    let element = try cursor.integer(UInt32.self)
    let count = try cursor.integer(UInt64.self)
    guard element != 9 else { throw cursor.malformed("arrays of arrays are not read", at: place) }
    var first: [String] = []
    var index: UInt64 = 0
    if let width = Self.widths[element] {
      while index < min(count, UInt64(Self.shown)) {
        first.append(try Self.scalar(element, &cursor, at: place).text)
        index += 1
      }
      let (rest, overflow) = (count - index).multipliedReportingOverflow(by: width)
      _ = try cursor.skip(overflow ? .max : rest)
    } else {
      while index < count {
        let text = try Self.scalar(element, &cursor, at: place).text
        if first.count < Self.shown { first.append(text) }
        index += 1
      }
    }
    self = .array(first, count: count)
  }

  /// The bytes that types of fixed width take.
  private static let widths: [UInt32: UInt64] = [
    0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
  ]

  private static func scalar(
    _ type: UInt32, _ cursor: inout ByteCursor, at place: Int
  ) throws(CheckpointError) -> GGUFValue {
    switch type {
    case 0: .unsigned(UInt64(try cursor.integer(UInt8.self)))
    case 1: .signed(Int64(try cursor.integer(Int8.self)))
    case 2: .unsigned(UInt64(try cursor.integer(UInt16.self)))
    case 3: .signed(Int64(try cursor.integer(Int16.self)))
    case 4: .unsigned(UInt64(try cursor.integer(UInt32.self)))
    case 5: .signed(Int64(try cursor.integer(Int32.self)))
    case 6: .number(Double(Float(bitPattern: try cursor.integer())))
    case 7: .bool(try cursor.byte() != 0)
    case 8: .string(try cursor.text(try cursor.integer(UInt64.self)))
    case 10: .unsigned(try cursor.integer())
    case 11: .signed(try cursor.integer())
    case 12: .number(Double(bitPattern: try cursor.integer()))
    default: throw cursor.malformed("metadata of type \(type) is not known", at: place)
    }
  }

  /// The value as people read it.
  var text: String {
    switch self {
    case .unsigned(let value): String(value)
    case .signed(let value): String(value)
    case .number(let value): String(value)
    case .bool(let value): String(value)
    case .string(let value): value
    case .array(let first, let count):
      "[\(first.joined(separator: ", "))\(count > UInt64(first.count) ? ", … \(count) in all" : "")]"
    }
  }
}
