import Tensors

/// The integers that flow through shapes: elements of small tensors.
enum ShapeData {
  /// Longer tensors are no shapes; their elements are not followed.
  static let limit = 1024

  /// The number of elements of a tensor that shape data is kept for, if `shape` is such a tensor's.
  static func count(of shape: Shape?) -> Int? {
    guard let shape, shape.rank <= 1 else { return nil }
    guard let size = shape.rank == 0 ? 1 : shape.dimensions[0].constant else { return nil }
    return (0...limit).contains(size) ? size : nil
  }

  /// The number of elements of a small tensor of any rank, if all of its sizes are known; it has no long axis even if empty.
  static func size(of shape: Shape?) -> Int? {
    guard let sizes = shape?.constants else { return nil }
    var count = 1
    for size in sizes {
      guard (0...limit).contains(size), size == 0 || count <= limit / size else { return nil }
      count *= size
    }
    return count
  }

  /// The positions in a tensor of the given sizes, row by row, of the elements that stand where each axis is at one of its
  /// positions.
  static func places(in sizes: [Int], at positions: [[Int]]) -> [Int] {
    var places = [0]
    for (size, positions) in zip(sizes, positions) {
      places = places.flatMap { place in positions.map { place * size + $0 } }
    }
    return places
  }

  /// `combine` on elements that meet by broadcasting; `nil` where the lengths do not fit.
  static func combine(_ operands: [[Dimension]], _ combine: ([Dimension]) -> Dimension) -> [Dimension]? {
    var length = 1
    for operand in operands where operand.count != 1 {
      guard length == 1 || length == operand.count else { return nil }
      length = operand.count
    }
    return (0..<length).map { index in combine(operands.map { $0.count == 1 ? $0[0] : $0[index] }) }
  }
}

extension InferenceContext {
  /// The elements of an integer or boolean argument of rank 0 or 1 and known length, unknown ones among them.
  func shapeData(_ index: Int) -> [Dimension]? {
    guard let input = input(index), input.type.shape?.rank ?? 0 <= 1 else { return nil }
    if let elements = input.elements { return elements }
    if let constants = input.constant?.integers(limit: ShapeData.limit) {
      return constants.map { Dimension($0) }
    }
    if let element = input.type.element, !element.isInteger, element != .bool { return nil }
    return ShapeData.count(of: input.type.shape).map { Array(repeating: .unknown, count: $0) }
  }

  /// The elements of a small integer or boolean argument of any rank, row by row.
  func cells(_ index: Int) -> [Dimension]? {
    guard carriesShapeData(index), let input = input(index) else { return nil }
    return input.elements ?? input.constant?.integerElements?.map { Dimension($0) } ?? shapeData(index)
  }

  /// Gives the first result a shape, and the elements of argument 0 in their order, where the shape holds as many.
  mutating func setMoved(shape: Shape?) {
    guard let cells = cells(0), ShapeData.size(of: shape) == cells.count else {
      return set(shape: shape)
    }
    set(shape: shape, elements: cells)
  }

  /// The elements of an integer argument, where all of them are constant, from a stored tensor if need be.
  func constantData(_ index: Int) -> [Int]? {
    guard let data = shapeData(index) else { return nil }
    let constants = data.compactMap(\.constant)
    return constants.count == data.count ? constants : nil
  }

  /// Whether argument `index` is one that shape data may flow from.
  func carriesShapeData(_ index: Int) -> Bool {
    guard let element = element(index) else { return elements(index) != nil }
    return element.isInteger || element == .bool
  }

  /// Integer settings that older versions have as an attribute and newer ones as an input.
  func setting(input index: Int, attribute name: String) -> Setting {
    if input(index) != nil {
      return shapeData(index).map(Setting.known) ?? .unknown
    }
    return ints(name).map { .known($0.map { Dimension($0) }) } ?? .absent
  }

  enum Setting {
    case absent
    /// Given at run time, its length unknown.
    case unknown
    case known([Dimension])
  }
}
