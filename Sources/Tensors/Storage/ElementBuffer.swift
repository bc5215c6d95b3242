/// Elements in raw bytes, little-endian, with types narrower than a byte packed from the lowest bits up, one behind the
/// other.
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
      let (byte, shift) = (index * bitWidth / 8, index * bitWidth % 8)
      bytes[byte] |= UInt8(truncatingIfNeeded: bits << UInt64(shift))
      // Six bits may go on in the next byte.
      if shift + bitWidth > 8 { bytes[byte + 1] |= UInt8(truncatingIfNeeded: bits >> UInt64(8 - shift)) }
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
      let (byte, shift) = (index * bitWidth / 8, index * bitWidth % 8)
      var shifted = UInt64(bytes[byte]) >> UInt64(shift)
      if shift + bitWidth > 8 { shifted |= UInt64(bytes[byte + 1]) << UInt64(8 - shift) }
      return shifted & (1 << UInt64(bitWidth) - 1)
    }
  }
}
