/// Elements in raw bytes, little-endian, with types narrower than a byte packed from the lowest bits up.
struct ElementBuffer {
  let bitWidth: Int

  /// - Parameter component: a type whose elements are at most 64 bits wide.
  init(of component: ElementType) {
    bitWidth = component.bitWidth!
  }

  /// Writes the element at `index`; an element narrower than a byte needs its bits to be 0 before.
  func store(_ bits: UInt64, at index: Int, in bytes: UnsafeMutableRawBufferPointer) {
    switch bitWidth {
    case 64: bytes.storeBytes(of: bits.littleEndian, toByteOffset: index * 8, as: UInt64.self)
    case 32:
      bytes.storeBytes(of: UInt32(truncatingIfNeeded: bits).littleEndian, toByteOffset: index * 4, as: UInt32.self)
    case 16:
      bytes.storeBytes(of: UInt16(truncatingIfNeeded: bits).littleEndian, toByteOffset: index * 2, as: UInt16.self)
    case 8: bytes[index] = UInt8(truncatingIfNeeded: bits)
    default:
      let perByte = 8 / bitWidth
      bytes[index / perByte] |= UInt8(truncatingIfNeeded: bits << UInt64(index % perByte * bitWidth))
    }
  }

  /// The bits of the element at `index`.
  func load(at index: Int, in bytes: UnsafeRawBufferPointer) -> UInt64 {
    switch bitWidth {
    case 64: return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    case 32: return UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
    case 16: return UInt64(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
    case 8: return UInt64(bytes[index])
    default:
      let perByte = 8 / bitWidth
      let shifted = UInt64(bytes[index / perByte]) >> UInt64(index % perByte * bitWidth)
      return shifted & (1 << UInt64(bitWidth) - 1)
    }
  }
}
