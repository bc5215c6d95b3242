package import Tensors

/// The elements of a tensor, some of them replaced by 0.
package struct MaskedElements: ElementSource {
  /// Which elements become 0.
  package enum Mask: Hashable, Sendable {
    /// Those whose magnitude has bits (of a 32-bit float) below a limit, and those at it that stand before a place.
    case magnitude(below: UInt32, tiesBefore: Int)
    /// Of every `of` along an axis all but the `keep` of the greatest magnitude; what is left over at the end stays.
    case pattern(SparsePattern, axis: Int)
    /// Elements count by their magnitude times a factor for their index on an axis: of every `of` along that axis all but
    /// the `keep` greatest, or, of each slice of another axis, this part of the least (Sun and others, 2023: Wanda).
    case weighted(Weighted)
  }

  package struct Weighted: Hashable, Sendable {
    package enum Choice: Hashable, Sendable {
      case pattern(SparsePattern)
      case ratio(Double)
    }

    package var choice: Choice
    package var factors: [Float]
    package var axis: Int
    package var rowAxis: Int
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
    if case .weighted(let weighted) = mask {
      guard tensor.sizes.indices.contains(weighted.axis), tensor.sizes.indices.contains(weighted.rowAxis),
        weighted.axis != weighted.rowAxis, weighted.factors.count == tensor.sizes[weighted.axis]
      else { return nil }
    }
    return Tensor(tensor.element, tensor.sizes, .computed(MaskedElements(tensor, width: bits / 8, mask)))
  }

  private init(_ tensor: Tensor, width: Int, _ mask: Mask) {
    (self.tensor, self.width, self.mask) = (tensor, width, mask)
    if case .weighted(let weighted) = mask {
      // Rows that follow each other come one by one, others all together.
      let rows = weighted.rowAxis == 0 ? max(tensor.sizes[0], 1) : 1
      granule = max(tensor.elementCount / rows * width, 1)
      return
    }
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
      case .weighted(let weighted):
        for dropped in weighted.dropped(of: tensor, elements, floats) { clear(dropped) }
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

extension MaskedElements.Weighted {
  /// The places among some elements, whole rows, that become 0.
  fileprivate func dropped(of tensor: Tensor, _ elements: Range<Int>, _ floats: UnsafeRawBufferPointer) -> [Int] {
    let inner = tensor.sizes[(axis + 1)...].reduce(1, *)
    let rowInner = tensor.sizes[(rowAxis + 1)...].reduce(1, *)
    func index(_ place: Int) -> Int { (elements.lowerBound + place) / inner % tensor.sizes[axis] }
    func score(_ place: Int) -> Float {
      let magnitude = abs(floats.loadUnaligned(fromByteOffset: place * 4, as: Float.self)) * factors[index(place)]
      return magnitude.isNaN ? .infinity : magnitude
    }
    struct Key: Hashable {
      var first: Int
      var second: Int
    }
    var lists: [Key: [(score: Float, place: Int)]] = [:]
    for place in 0..<elements.count {
      let key =
        switch choice {
        case .pattern(let pattern):
          // The first of the block's elements along the axis.
          Key(
            first: elements.lowerBound + place - index(place) % pattern.of * inner, second: 0)
        case .ratio: Key(first: (elements.lowerBound + place) / rowInner % tensor.sizes[rowAxis], second: 1)
        }
      lists[key, default: []].append((score(place), place))
    }
    return lists.values.flatMap { list -> [Int] in
      let count =
        switch choice {
        case .pattern(let pattern): list.count == pattern.of ? pattern.of - pattern.keep : 0
        case .ratio(let ratio): Int(Double(list.count) * ratio + 1e-9)
        }
      return list.sorted { ($0.score, $1.place) < ($1.score, $0.place) }.prefix(count).map(\.place)
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
