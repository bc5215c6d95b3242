import Tensors

/// Where the elements of a TensorProto are that keeps them as numbers or strings instead of raw data.
struct TypedData {
  let field: TensorField
  /// Where the first of the fields is.
  let start: Int
  /// The packed run that holds all of them, if it is one.
  private(set) var onlyRun: Range<Int>?
  private var fieldCount = 0

  init(field: TensorField, start: Int) {
    self.field = field
    self.start = start
  }

  mutating func add(_ payload: WireField.Payload) {
    fieldCount += 1
    onlyRun = if fieldCount == 1, case .bytes(let range) = payload { range } else { nil }
  }
}

extension ElementType {
  /// The field that holds numbers of the type.
  var typedField: TensorField {
    switch self {
    case .f32, .c64: .floats
    case .f64, .c128: .doubles
    case .i64: .int64s
    case .u32, .u64: .uint64s
    case .string: .strings
    default: .int32s
    }
  }

  /// The integers that one entry of the field may have for an element, or for the elements that share a byte.
  ///
  /// Signed and unsigned readings of the bits are both in use.
  fileprivate var entryRange: ClosedRange<Int64> {
    switch bitWidth ?? 64 {
    case 6: 0...0x3F
    case ...8: -0x80...0xFF
    case 16: -0x8000...0xFFFF
    case 32: -0x8000_0000...0xFFFF_FFFF
    default: .min ... .max
    }
  }

  /// The bytes that one entry stands for; of six bits, before they are packed.
  fileprivate var entrySize: Int { max(bitWidth ?? 64, 8) / 8 }
}

extension ONNXSource {
  /// The elements of `typed`, which is a part of `message`: mapped where the wire has them as raw data would.
  func storage(
    _ typed: TypedData, of element: ElementType, in message: WireReader
  ) throws(WireError) -> TensorStorage {
    guard typed.field == element.typedField else {
      throw WireError(
        offset: typed.start, .refused("elements of type \(element.spelling) are in field \(typed.field.rawValue)"))
    }
    if typed.field == .floats || typed.field == .doubles, let run = typed.onlyRun { return .mapped(file, run) }
    var strings: [[UInt8]] = []
    var bytes: [UInt8] = []
    var reader = message
    while let field = try reader.next() {
      guard field.number == typed.field.rawValue else { continue }
      switch (typed.field, field.payload) {
      case (.strings, .bytes(let range)): strings.append(wire(range))
      case (.floats, .fixed32(let bits)): append(UInt64(bits), size: 4, to: &bytes)
      case (.doubles, .fixed64(let bits)): append(bits, size: 8, to: &bytes)
      case (.floats, .bytes(let run)), (.doubles, .bytes(let run)): bytes += self.bytes[run]
      case (.int32s, .varint(let number)), (.int64s, .varint(let number)), (.uint64s, .varint(let number)):
        try append(entry: number, of: element, at: field, to: &bytes)
      case (.int32s, .bytes(let run)), (.int64s, .bytes(let run)), (.uint64s, .bytes(let run)):
        try reader.forEachVarint(at: run) { (number) throws(WireError) in
          try append(entry: number, of: element, at: field, to: &bytes)
        }
      default:
        throw WireError(offset: field.range.lowerBound, .refused("an element has the wrong wire type"))
      }
    }
    if element == .string { return .strings(strings) }
    guard element.bitWidth == 6 else { return .bytes(bytes) }
    // One entry is one element, of which raw data has four in three bytes.
    return Tensor.bits(element, bytes.map(UInt64.init), sizes: [bytes.count])?.storage ?? .bytes([])
  }

  private func append(
    entry number: UInt64, of element: ElementType, at field: WireField, to bytes: inout [UInt8]
  ) throws(WireError) {
    let entry = Int64(bitPattern: number)
    guard element.entryRange.contains(entry) else {
      throw WireError(
        offset: field.range.lowerBound, .refused("\(entry) is no element of type \(element.spelling)"))
    }
    append(element == .bool ? (entry == 0 ? 0 : 1) : number, size: element.entrySize, to: &bytes)
  }

  private func append(_ number: UInt64, size: Int, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0.prefix(size) }
  }
}
