import Tensors

/// The codes of a quantized tensor, packed as ONNX packs their type.
struct AffineCodes: ElementSource {
  private let tensor: QuantizedTensor
  private let bitWidth: Int

  init(_ tensor: QuantizedTensor) {
    self.tensor = tensor
    bitWidth = tensor.encoding.element.bitWidth ?? 8
  }

  var byteCount: Int { tensor.encoding.element.byteCount(of: tensor.layout.elementCount) ?? 0 }

  var granule: Int { 16 }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    let first = range.lowerBound * 8 / bitWidth
    let last = min(range.upperBound * 8 / bitWidth, tensor.layout.elementCount)
    guard first < last, let start = bytes.baseAddress else { return }
    if bitWidth == 8 { return tensor.writeCodes(first..<last, to: start, as: UInt8.self) }
    if bitWidth == 16 { return tensor.writeCodes(first..<last, to: start, as: UInt16.self) }
    withUnsafeTemporaryAllocation(byteCount: last - first, alignment: 16) { codes in
      guard let unpacked = codes.baseAddress else { return }
      tensor.writeCodes(first..<last, to: unpacked, as: UInt8.self)
      CodePacking.pack(UnsafeRawBufferPointer(codes), bitWidth: bitWidth, to: bytes)
    }
  }
}

/// Codes narrower than a byte, packed from the lowest bits up.
enum CodePacking {
  static func pack(_ codes: UnsafeRawBufferPointer, bitWidth: Int, to bytes: UnsafeMutableRawBufferPointer) {
    let perByte = 8 / bitWidth
    let mask = UInt8(1 << bitWidth - 1)
    for place in bytes.indices {
      var byte: UInt8 = 0
      for part in 0..<perByte where place * perByte + part < codes.count {
        byte |= (codes[place * perByte + part] & mask) << UInt8(part * bitWidth)
      }
      bytes[place] = byte
    }
  }
}

extension QuantizedTensor {
  /// Writes the codes of some elements, an integer of type `Code` each, in two's complement.
  func writeCodes<Code: FixedWidthInteger & SIMDScalar>(
    _ range: Range<Int>, to bytes: UnsafeMutableRawPointer, as type: Code.Type
  ) {
    let kernel = AffineKernel(codes: codeRange)
    source.withFloats(range) { numbers in
      guard let base = numbers.baseAddress else { return }
      scales.withUnsafeBufferPointer { scales in
        zeroPoints.withUnsafeBufferPointer { zeros in
          guard let scales = scales.baseAddress, let zeros = zeros.baseAddress else { return }
          layout.forEachSegment(in: range) { segment in
            let place = segment.elements.lowerBound - range.lowerBound
            let target = bytes + place * MemoryLayout<Code>.size
            kernel.forEach(
              base + place * 4, count: segment.elements.count, scales: scales + segment.parameter,
              zeros: zeros + segment.parameter, isVector: segment.isVector
            ) { index, _, codes, _, _ in
              target.storeBytes(
                of: SIMD16<Code>(truncatingIfNeeded: codes), toByteOffset: index * MemoryLayout<Code>.size,
                as: SIMD16<Code>.self)
            } _: { index, _, code, _, _ in
              target.storeBytes(
                of: Code(truncatingIfNeeded: code), toByteOffset: index * MemoryLayout<Code>.size, as: Code.self)
            }
          }
        }
      }
    }
  }
}
