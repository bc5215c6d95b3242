import Tensors

/// Elements of any type but strings and complex numbers as double-precision numbers.
struct NumberReader {
  let bitWidth: Int
  private let element: ElementType
  /// The numbers of all bytes, for types of at most eight bits; those of each byte's elements follow one another.
  ///
  /// Of types of six bits, the numbers of all elements.
  private let table: [Double]

  init(_ element: ElementType) {
    self.element = element
    bitWidth = element.bitWidth ?? 8
    guard bitWidth <= 8 else {
      table = []
      return
    }
    guard bitWidth != 6 else {
      table = (UInt64(0)..<64).map(element.value(of:))
      return
    }
    let (width, mask) = (UInt64(bitWidth), UInt64(1) << UInt64(bitWidth) - 1)
    table = (UInt64(0)..<256).flatMap { byte in
      (0..<8 / width).map { element.value(of: byte >> ($0 * width) & mask) }
    }
  }

  /// Passes the numbers in order: all, or the first of each `step`.
  @inline(__always)
  func forEach(in bytes: UnsafeRawBufferPointer, every step: Int = 1, _ body: (Double) -> Void) {
    switch element {
    case .f32: forEach(bytes, step, UInt32.self) { body(Double(Float(bitPattern: $0))) }
    case .f64: forEach(bytes, step, UInt64.self) { body(Double(bitPattern: $0)) }
    case .bf16: forEach(bytes, step, UInt16.self) { body(Double(Float(bitPattern: UInt32($0) << 16))) }
    case .f16: forEach(bytes, step, UInt16.self) { body(Self.half($0)) }
    case .i64: forEach(bytes, step, Int64.self) { body(Double($0)) }
    case .u64: forEach(bytes, step, UInt64.self) { body(Double($0)) }
    case .i32: forEach(bytes, step, Int32.self) { body(Double($0)) }
    case .u32: forEach(bytes, step, UInt32.self) { body(Double($0)) }
    case .i16: forEach(bytes, step, Int16.self) { body(Double($0)) }
    case .u16: forEach(bytes, step, UInt16.self) { body(Double($0)) }
    case .f6e2m3, .f6e3m2:
      for index in stride(from: 0, to: bytes.count * 8 / 6, by: step) {
        let (byte, shift) = (index * 6 / 8, index * 6 % 8)
        let next = shift > 2 ? Int(bytes[byte + 1]) << (8 - shift) : 0
        body(table[(Int(bytes[byte]) >> shift | next) & 0x3F])
      }
    default:
      let perByte = 8 / bitWidth
      for index in stride(from: 0, to: bytes.count * perByte, by: step) {
        body(table[Int(bytes[index / perByte]) * perByte + index % perByte])
      }
    }
  }

  /// The number of a half-precision pattern, exact.
  private static func half(_ bits: UInt16) -> Double {
    let magnitude = UInt32(bits & 0x7FFF)
    let value: Float
    if magnitude >= 0x7C00 {
      value = magnitude == 0x7C00 ? .infinity : .nan
    } else {
      value = Float(bitPattern: magnitude << 13) * 0x1p112
    }
    // A branch by the sign would be guessed wrong half the time, and wait for the memory each time.
    return Double(Float(bitPattern: value.bitPattern | UInt32(bits & 0x8000) << 16))
  }

  @inline(__always)
  private func forEach<Word: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ step: Int, _: Word.Type, _ body: (Word) -> Void
  ) {
    let width = MemoryLayout<Word>.size
    for index in stride(from: 0, to: bytes.count / width, by: step) {
      body(Word(littleEndian: bytes.loadUnaligned(fromByteOffset: index * width, as: Word.self)))
    }
  }
}
