import Tensors

/// The integers that flow through shapes: elements of tensors of rank 0 and 1.
enum ShapeData {
  /// Longer tensors are no shapes; their elements are not followed.
  static let limit = 1024

  /// The number of elements of a tensor that shape data is kept for, if `shape` is such a tensor's.
  static func count(of shape: Shape?) -> Int? {
    guard let shape, shape.rank <= 1 else { return nil }
    guard let size = shape.rank == 0 ? 1 : shape.dimensions[0].constant else { return nil }
    return (0...limit).contains(size) ? size : nil
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
    guard let input = input(index) else { return nil }
    if let elements = input.elements { return elements }
    if let constants = input.constant?.integers(limit: ShapeData.limit), input.type.shape?.rank ?? 0 <= 1 {
      return constants.map { Dimension($0) }
    }
    if let element = input.type.element, !element.isInteger, element != .bool { return nil }
    return ShapeData.count(of: input.type.shape).map { Array(repeating: .unknown, count: $0) }
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
