import Tensors

/// A tensor small enough to be computed with while a graph is built: its elements as bits, row-major.
struct SmallTensor {
  /// The most elements that one has.
  static let limit = 1024

  var element: ElementType
  var sizes: [Int]
  var words: [UInt64]

  init(_ element: ElementType, sizes: [Int], words: [UInt64]) {
    self.element = element
    self.sizes = sizes
    self.words = words
  }

  /// `nil` for tensors that are larger, complex or of strings.
  init?(_ tensor: Tensor) {
    guard tensor.element != .c64, Self.count(of: tensor.sizes) != nil, let words = tensor.words(limit: Self.limit)
    else { return nil }
    self.init(tensor.element, sizes: tensor.sizes, words: words)
  }

  /// The tensor as one that can be stored.
  var tensor: Tensor? { Tensor.bits(element, words, sizes: sizes) }

  /// The elements at `indices`, as a tensor of `sizes`; `nil` where one is out of range or their number does not fit.
  func picking(_ indices: [Int], sizes: [Int]) -> SmallTensor? {
    guard indices.allSatisfy(words.indices.contains), Self.count(of: sizes) == indices.count else { return nil }
    return SmallTensor(element, sizes: sizes, words: indices.map { words[$0] })
  }

  /// The elements whose index on each axis is in that axis's list, in the order of the lists.
  func picking(axes: [[Int]]) -> SmallTensor? {
    guard axes.count == sizes.count, Self.count(of: axes.map(\.count)) != nil else { return nil }
    var places = [0]
    for (size, list) in zip(sizes, axes) {
      guard list.allSatisfy((0..<size).contains) else { return nil }
      places = places.flatMap { place in list.map { place * size + $0 } }
    }
    return picking(places, sizes: axes.map(\.count))
  }

  /// The number of elements of a tensor of `sizes`; `nil` where it is no small one, which has no long axis even if empty.
  static func count(of sizes: [Int]) -> Int? {
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard (0...limit).contains(size), !overflow, product <= limit else { return nil }
      count = product
    }
    return count
  }

  /// For each element of a tensor of sizes `target`, the place of the element of one of `sizes` that is broadcast to it.
  ///
  /// `nil` where the one does not broadcast to the other.
  static func broadcastPlaces(of sizes: [Int], to target: [Int]) -> [Int]? {
    guard sizes.count <= target.count, count(of: target) != nil else { return nil }
    let own = Array(repeating: 1, count: target.count - sizes.count) + sizes
    var places = [0]
    for (size, wanted) in zip(own, target) {
      guard size == wanted || size == 1 else { return nil }
      places = places.flatMap { place in (0..<wanted).map { place * size + (size == 1 ? 0 : $0) } }
    }
    return places
  }
}
