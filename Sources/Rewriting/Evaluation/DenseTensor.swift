import Tensors

/// A tensor with its elements in memory, each of whole bytes.
struct DenseTensor {
  let element: ElementType
  let sizes: [Int]
  let width: Int
  let bytes: [UInt8]

  init(_ element: ElementType, _ sizes: [Int], width: Int, bytes: [UInt8]) {
    (self.element, self.sizes, self.width, self.bytes) = (element, sizes, width, bytes)
  }

  /// `nil` for strings, elements narrower than a byte, and more than 1 GB.
  init?(_ tensor: Tensor) {
    guard let bits = tensor.element.bitWidth, bits >= 8, let count = tensor.byteCount, count <= 1 << 30,
      tensor.element.byteCount(of: Self.count(of: tensor.sizes) ?? -1) == count
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    tensor.forEachChunk { bytes.append(contentsOf: $0) }
    self.init(tensor.element, tensor.sizes, width: bits / 8, bytes: bytes)
  }

  var tensor: Tensor { Tensor(element, sizes, .bytes(bytes)) }

  /// The product of sizes; `nil` on overflow and for negative ones.
  static func count(of sizes: [Int]) -> Int? {
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, (0...1 << 30).contains(size), product <= 1 << 30 else { return nil }
      count = product
    }
    return count
  }

  /// How far apart neighbours on each axis are, in elements.
  static func strides(of sizes: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: sizes.count)
    for axis in sizes.indices.reversed().dropFirst() { strides[axis] = strides[axis + 1] &* sizes[axis + 1] }
    return strides
  }

  /// The places of the elements of a view: from `start`, `strides` apart.
  static func places(_ sizes: [Int], strides: [Int], start: Int = 0) -> [Int] {
    if sizes.contains(0) { return [] }
    var places = [start]
    for (size, stride) in zip(sizes, strides) {
      var next: [Int] = []
      next.reserveCapacity(places.count * size)
      for place in places { for index in 0..<size { next.append(place + index * stride) } }
      places = next
    }
    return places
  }

  /// The elements at places, as a tensor of `sizes`.
  func picking(_ places: [Int], sizes: [Int]) -> DenseTensor {
    var result: [UInt8] = []
    result.reserveCapacity(places.count * width)
    for place in places { result.append(contentsOf: bytes[(place * width)..<((place + 1) * width)]) }
    return DenseTensor(element, sizes, width: width, bytes: result)
  }
}

// MARK: - Movement

extension DenseTensor {
  func transposed(_ axes: [Int]) -> DenseTensor? {
    guard axes.sorted() == Array(sizes.indices) else { return nil }
    let own = Self.strides(of: sizes)
    let result = axes.map { sizes[$0] }
    return picking(Self.places(result, strides: axes.map { own[$0] }), sizes: result)
  }

  /// The tensor repeated along axes of size 1, and in front, to be of `target`.
  func expanded(to target: [Int]) -> DenseTensor? {
    guard let places = Self.broadcastPlaces(of: sizes, to: target) else { return nil }
    return picking(places, sizes: target)
  }

  static func broadcastPlaces(of sizes: [Int], to target: [Int]) -> [Int]? {
    guard sizes.count <= target.count, count(of: target) != nil else { return nil }
    let padded = Array(repeating: 1, count: target.count - sizes.count) + sizes
    guard zip(padded, target).allSatisfy({ $0 == $1 || $0 == 1 }) else { return nil }
    let strides = zip(strides(of: padded), padded).map { $1 == 1 ? 0 : $0 }
    return places(target, strides: strides)
  }

  /// Along `axis`, what is at each of the indices, which count from the end where they are negative.
  func gathered(_ indices: [Int], sizes indexSizes: [Int], axis: Int) -> DenseTensor? {
    guard sizes.indices.contains(axis) else { return nil }
    let size = sizes[axis]
    guard indices.allSatisfy({ (-size..<size).contains($0) }) else { return nil }
    let result = sizes[..<axis] + indexSizes + sizes[(axis + 1)...]
    guard let count = Self.count(of: Array(result)) else { return nil }
    if count == 0 { return picking([], sizes: Array(result)) }
    let strides = Self.strides(of: sizes)
    let outer = Self.places(Array(sizes[..<axis]), strides: Array(strides[..<axis]))
    let inner = Self.places(Array(sizes[(axis + 1)...]), strides: Array(strides[(axis + 1)...]))
    var places: [Int] = []
    for start in outer {
      for index in indices {
        let offset = start + (index < 0 ? index + size : index) * strides[axis]
        for place in inner { places.append(offset + place) }
      }
    }
    return picking(places, sizes: Array(result))
  }

  /// A part by starts, ends and steps, as Slice has them.
  func sliced(starts: [Int], ends: [Int], axes: [Int], steps: [Int]) -> DenseTensor? {
    guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else { return nil }
    var strides = Self.strides(of: sizes)
    var (result, start) = (sizes, 0)
    var seen: Set<Int> = []
    for (index, given) in axes.enumerated() {
      let axis = given < 0 ? given &+ sizes.count : given
      let step = steps[index]
      guard sizes.indices.contains(axis), seen.insert(axis).inserted, step != 0, (-1 << 30...1 << 30).contains(step)
      else {
        return nil
      }
      let size = sizes[axis]
      func clamped(_ value: Int, _ range: ClosedRange<Int>) -> Int {
        let value = value < 0 ? value &+ size : value
        return min(max(value, range.lowerBound), range.upperBound)
      }
      let first = step > 0 ? clamped(starts[index], 0...size) : clamped(starts[index], 0...max(size - 1, 0))
      let last = step > 0 ? clamped(ends[index], 0...size) : clamped(ends[index], -1...max(size - 1, -1))
      let length = step > 0 ? (last - first + step - 1) / step : (first - last - step - 1) / -step
      result[axis] = size == 0 ? 0 : max(0, length)
      start = start &+ first &* strides[axis]
      strides[axis] = strides[axis] &* step
    }
    return picking(Self.places(result, strides: strides, start: start), sizes: result)
  }

  static func concatenated(_ parts: [DenseTensor], axis: Int) -> DenseTensor? {
    guard let first = parts.first, first.sizes.indices.contains(axis) else { return nil }
    var sizes = first.sizes
    sizes[axis] = 0
    for part in parts {
      guard part.element == first.element, part.sizes.count == sizes.count,
        sizes.indices.allSatisfy({ $0 == axis || part.sizes[$0] == sizes[$0] })
      else { return nil }
      sizes[axis] = sizes[axis] &+ part.sizes[axis]
    }
    guard let count = count(of: sizes) else { return nil }
    if count == 0 { return DenseTensor(first.element, sizes, width: first.width, bytes: []) }
    let outer = sizes[..<axis].reduce(1, *)
    let runs = parts.map { $0.sizes[axis...].reduce(1, *) * $0.width }
    var bytes: [UInt8] = []
    for row in 0..<outer {
      for (part, run) in zip(parts, runs) { bytes.append(contentsOf: part.bytes[(row * run)..<((row + 1) * run)]) }
    }
    return DenseTensor(first.element, sizes, width: first.width, bytes: bytes)
  }
}
