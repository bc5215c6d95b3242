package import Tensors

/// The elements of a tensor, some of them replaced by 0.
package struct MaskedElements: ElementSource {
  /// Which elements become 0.
  package enum Mask: Hashable, Sendable {
    /// Those whose magnitude has bits (of a 32-bit float) below a limit, and those at it that stand before a place.
    case magnitude(below: UInt32, tiesBefore: Int)
    /// Of every `of` along an axis all but the `keep` of the greatest magnitude; what is left over at the end stays.
    case pattern(SparsePattern, axis: Int)
  }

  private let tensor: Tensor
  private let width: Int
  private let mask: Mask

  package let granule: Int
  package var byteCount: Int { tensor.elementCount * width }

  /// The tensor with 0 where the mask says so; `nil` where its elements are no floating-point numbers of whole bytes.
  package static func tensor(_ tensor: Tensor, _ mask: Mask) -> Tensor? {
    guard tensor.element.isFloatingPoint, let bits = tensor.element.bitWidth, bits % 8 == 0 else { return nil }
    if case .pattern(_, let axis) = mask, !tensor.sizes.indices.contains(axis) { return nil }
    return Tensor(tensor.element, tensor.sizes, .computed(MaskedElements(tensor, width: bits / 8, mask)))
  }

  private init(_ tensor: Tensor, width: Int, _ mask: Mask) {
    (self.tensor, self.width, self.mask) = (tensor, width, mask)
    guard case .pattern(let pattern, let axis) = mask else {
      granule = width
      return
    }
    let inner = tensor.sizes[(axis + 1)...].reduce(1, *)
    let size = tensor.sizes[axis]
    granule = max(inner * (size % pattern.of == 0 ? pattern.of : size) * width, 1)
  }

  package func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    let elements = range.lowerBound / width..<range.upperBound / width
    tensor.copyBytes(ofElements: elements, width: width, to: bytes)
    tensor.withFloats(elements) { floats in
      guard floats.count == elements.count * 4 else { return }
      func magnitude(_ place: Int) -> UInt32 {
        floats.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self) & 0x7FFF_FFFF
      }
      func clear(_ place: Int) {
        for byte in place * width..<(place + 1) * width { bytes[byte] = 0 }
      }
      switch mask {
      case .magnitude(let limit, let tiesBefore):
        for place in 0..<elements.count {
          let own = magnitude(place)
          if own < limit || own == limit && elements.lowerBound + place < tiesBefore { clear(place) }
        }
      case .pattern(let pattern, let axis):
        let inner = tensor.sizes[(axis + 1)...].reduce(1, *)
        let run = tensor.sizes[axis] * inner
        var places: [Int] = []
        var place = 0
        while place < elements.count {
          // What is left of this run of the axis; whole blocks of it follow each other.
          let left = (run - (elements.lowerBound + place) % run) / inner
          guard left >= pattern.of else {
            place += left * inner
            continue
          }
          for offset in 0..<inner {
            places.removeAll(keepingCapacity: true)
            for step in 0..<pattern.of { places.append(place + offset + step * inner) }
            places.sort { (magnitude($0), $1) > (magnitude($1), $0) }
            for dropped in places[pattern.keep...] { clear(dropped) }
          }
          place += pattern.of * inner
        }
      }
    }
  }
}

/// `keep` of every `of` elements, such as 2:4.
package struct SparsePattern: Hashable, Sendable {
  package var keep: Int
  package var of: Int

  /// `nil` where it takes nothing away, or all.
  package init?(keep: Int, of: Int) {
    guard keep > 0, keep < of, of <= 256 else { return nil }
    (self.keep, self.of) = (keep, of)
  }
}
