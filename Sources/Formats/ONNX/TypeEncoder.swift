import Graphs
import Tensors
import Texts

/// Turns types into TypeProtos; the latest are remembered, since most values of a graph have the type of one before.
///
/// It is called twice for the same types in the same order, first to measure them (see `WireWriter`).
struct TypeEncoder {
  private static let limit = 8

  private var latest: [(type: ValueType, bytes: [UInt8])] = []
  /// What the measured types became, in their order.
  private var measured: [[UInt8]?] = []
  private var next = 0

  /// The TypeProto of a type; `nil` for one that nothing is known of, unless there is a denotation.
  mutating func bytes(of type: ValueType, _ denotation: Denotation?, isMeasuring: Bool) -> [UInt8]? {
    guard !isMeasuring else {
      measured.append(bytes(of: type, denotation))
      return measured.last ?? nil
    }
    next += 1
    return measured[next - 1]
  }

  private mutating func bytes(of type: ValueType, _ denotation: Denotation?) -> [UInt8]? {
    if let denotation {
      let verbatim = denotation.verbatim
      if !verbatim.isEmpty, denotation.isVerbatimFixed || TypeDecoder.type(from: verbatim) == type { return verbatim }
      return Self.encoded(type, denotation)
    }
    if case .unknown = type { return nil }
    for place in latest.indices.reversed() where latest[place].type == type { return latest[place].bytes }
    let bytes = Self.encoded(type, nil)
    if latest.count == Self.limit { latest.removeFirst() }
    latest.append((type, bytes))
    return bytes
  }

  private static func encoded(_ type: ValueType, _ denotation: Denotation?) -> [UInt8] {
    var message = WireBytes()
    switch type {
    case .tensor(let tensor): message.append(TypeField.tensor, encoded(tensor, denotation))
    case .sequence(let element): message.append(TypeField.sequence, container(of: element))
    case .map(let key, let value):
      var map = WireBytes()
      map.append(MapTypeField.key, Int64(key.rawValue))
      if value != .unknown { map.append(MapTypeField.value, encoded(value, nil)) }
      message.append(TypeField.map, map.bytes)
    case .sparseTensor, .optional, .unknown: break
    }
    if let name = denotation?.type, !name.isEmpty { message.append(TypeField.denotation, name.anyBytes) }
    switch type {
    case .sparseTensor(let tensor): message.append(TypeField.sparseTensor, encoded(tensor, denotation))
    case .optional(let element): message.append(TypeField.optional, container(of: element))
    case .tensor, .sequence, .map, .unknown: break
    }
    return message.bytes
  }

  /// The message of a sequence or an optional.
  private static func container(of element: ValueType) -> [UInt8] {
    var message = WireBytes()
    if element != .unknown { message.append(ElementTypeField.element, encoded(element, nil)) }
    return message.bytes
  }

  /// An unknown rank is a shape that is absent; rank 0 is one without dimensions.
  private static func encoded(_ type: TensorType, _ denotation: Denotation?) -> [UInt8] {
    var message = WireBytes()
    if let element = type.element { message.append(TensorTypeField.element, Int64(element.rawValue)) }
    guard let dimensions = type.shape?.dimensions else { return message.bytes }
    var shape = WireBytes()
    for (axis, dimension) in dimensions.enumerated() {
      shape.append(
        ShapeField.dimension,
        encoded(dimension, denotation?.dimensions[axis], negative: denotation?.negativeSizes[axis]))
    }
    message.append(TensorTypeField.shape, shape.bytes)
    return message.bytes
  }

  /// A constant is a value, a name or an expression a parameter, an unknown size neither.
  private static func encoded(_ dimension: Dimension, _ denotation: String?, negative: Int?) -> [UInt8] {
    var message = WireBytes()
    if let negative, dimension.isUnknown {
      message.append(DimensionField.value, Int64(negative))
    } else if let size = dimension.constant {
      message.append(DimensionField.value, Int64(size))
    } else if !dimension.isUnknown {
      message.append(DimensionField.parameter, (dimension.symbol ?? dimension.description).anyBytes)
    }
    if let denotation, !denotation.isEmpty { message.append(DimensionField.denotation, denotation.anyBytes) }
    return message.bytes
  }
}
