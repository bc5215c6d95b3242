/// Floating-point elements as single-precision numbers.
protocol FloatUnpacking {
  /// The bytes of an element.
  static var width: Int { get }
  /// The magnitude from which on an element stands for no finite number.
  static var limit: Float { get }
  /// Where `count` elements are as single-precision numbers, aligned to nothing: in their place, or in `room`.
  static func floats(
    _ bytes: UnsafeRawPointer, count: Int, room: UnsafeMutablePointer<Float>
  ) -> UnsafeRawPointer
}

enum Float32Unpacking: FloatUnpacking {
  static var width: Int { 4 }
  static var limit: Float { .infinity }

  @inline(__always)
  static func floats(
    _ bytes: UnsafeRawPointer, count: Int, room: UnsafeMutablePointer<Float>
  ) -> UnsafeRawPointer { bytes }
}

/// The upper halves of single-precision numbers.
enum BFloat16Unpacking: FloatUnpacking {
  static var width: Int { 2 }
  static var limit: Float { .infinity }

  static func floats(
    _ bytes: UnsafeRawPointer, count: Int, room: UnsafeMutablePointer<Float>
  ) -> UnsafeRawPointer {
    for index in 0..<count {
      let bits = UInt32(bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self))
      room[index] = Float(bitPattern: bits &<< 16)
    }
    return UnsafeRawPointer(room)
  }
}

/// Half precision: exponent and fraction moved to where single precision has them.
///
/// The result is scaled by the difference of the biases, 2¹¹². What has all exponent bits set comes to 65,536 and more.
enum Float16Unpacking: FloatUnpacking {
  static var width: Int { 2 }
  static var limit: Float { 65_536 }

  static func floats(
    _ bytes: UnsafeRawPointer, count: Int, room: UnsafeMutablePointer<Float>
  ) -> UnsafeRawPointer {
    for index in 0..<count {
      let bits = UInt32(bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self))
      let moved = (bits & 0x8000) &<< 16 | (bits & 0x7FFF) &<< 13
      room[index] = Float(bitPattern: moved) * 0x1p112
    }
    return UnsafeRawPointer(room)
  }
}
