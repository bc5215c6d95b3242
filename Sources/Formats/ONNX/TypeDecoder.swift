import Graphs
import Tensors
import Texts

/// Decodes a TypeProto, and notices where it says more than a `ValueType` and a `Denotation` hold.
struct TypeDecoder {
  private(set) var type: ValueType = .unknown
  private(set) var denotation: Denotation?
  /// False where the message holds something that has no other place than `Denotation.verbatim`.
  private(set) var isComplete = true

  private init() {}

  static func decode(_ message: WireReader) throws(WireError) -> TypeDecoder {
    var decoder = TypeDecoder()
    decoder.type = try decoder.type(message, isOutermost: true)
    return decoder
  }

  /// The type that the message `bytes` stand for, if they are a sound one.
  static func type(from bytes: [UInt8]) -> ValueType? {
    bytes.withUnsafeBytes { bytes in
      do throws(WireError) { return try decode(WireReader(bytes)).type } catch { return nil }
    }
  }

  private mutating func type(_ message: WireReader, isOutermost: Bool) throws(WireError) -> ValueType {
    var reader = message
    var type: ValueType?
    while let field = try reader.next() {
      guard case .bytes(let range) = field.payload, let part = TypeField(rawValue: field.number) else {
        isComplete = false
        continue
      }
      if part == .denotation {
        if isOutermost { note { $0.type = Self.text(message, range) } }
        isComplete = isComplete && isOutermost
        continue
      }
      if type != nil { isComplete = false }
      let inner = try reader.message(at: range)
      switch part {
      case .tensor: type = .tensor(try tensor(inner, isOutermost: isOutermost))
      case .sparseTensor: type = .sparseTensor(try tensor(inner, isOutermost: isOutermost))
      case .sequence: type = .sequence(try element(inner))
      case .optional: type = .optional(try element(inner))
      case .map: type = try map(inner)
      case .denotation: break
      }
    }
    if type == nil {
      // A message without a type is not the same as no message.
      if isOutermost { note { _ in } } else { isComplete = false }
    }
    return type ?? .unknown
  }

  private mutating func element(_ message: WireReader) throws(WireError) -> ValueType {
    var reader = message
    var element: ValueType = .unknown
    while let field = try reader.next() {
      if field.number == ElementTypeField.element.rawValue, case .bytes(let range) = field.payload {
        element = try type(try reader.message(at: range), isOutermost: false)
      } else {
        isComplete = false
      }
    }
    return element
  }

  private mutating func map(_ message: WireReader) throws(WireError) -> ValueType {
    var reader = message
    var key: ElementType?
    var value: ValueType = .unknown
    while let field = try reader.next() {
      switch (MapTypeField(rawValue: field.number), field.payload) {
      case (.key, .varint(let number)): key = elementType(number)
      case (.value, .bytes(let range)): value = try type(try reader.message(at: range), isOutermost: false)
      default: isComplete = false
      }
    }
    if let key { return .map(key: key, value: value) }
    isComplete = false
    return .unknown
  }

  private mutating func tensor(_ message: WireReader, isOutermost: Bool) throws(WireError) -> TensorType {
    var reader = message
    var type = TensorType(nil, nil as Shape?)
    while let field = try reader.next() {
      switch (TensorTypeField(rawValue: field.number), field.payload) {
      case (.element, .varint(let number)): type.element = elementType(number)
      case (.shape, .bytes(let range)):
        type.shape = try shape(try reader.message(at: range), isOutermost: isOutermost)
      default: isComplete = false
      }
    }
    return type
  }

  private mutating func shape(_ message: WireReader, isOutermost: Bool) throws(WireError) -> Shape {
    var reader = message
    var shape = Shape([])
    while let field = try reader.next() {
      guard field.number == ShapeField.dimension.rawValue, case .bytes(let range) = field.payload else {
        isComplete = false
        continue
      }
      let axis = shape.rank
      let (dimension, negative, denotation) = try dimension(try reader.message(at: range))
      shape.dimensions.append(dimension)
      if let negative {
        if isOutermost { note { $0.negativeSizes[axis] = negative } }
        isComplete = isComplete && isOutermost
      }
      guard !denotation.isEmpty else { continue }
      if isOutermost { note { $0.dimensions[axis] = denotation } }
      isComplete = isComplete && isOutermost
    }
    return shape
  }

  /// A size below 0, which some exporters write for one that they do not know, is unknown; a named one may be 0, as the
  /// length of a cache is before the first step.
  private mutating func dimension(
    _ message: WireReader
  ) throws(WireError) -> (Dimension, negative: Int?, denotation: String) {
    var reader = message
    var dimension = Dimension.unknown
    var denotation = ""
    var negative: Int?
    while let field = try reader.next() {
      switch (DimensionField(rawValue: field.number), field.payload) {
      case (.value, .varint(let number)):
        let size = Int(truncatingIfNeeded: number)
        dimension = size < 0 ? .unknown : Dimension(size)
        negative = size < 0 ? size : nil
      case (.parameter, .bytes(let range)):
        negative = nil
        let name = Self.text(message, range)
        dimension = name.isEmpty ? .unknown : .symbol(name, atLeast: 0)
        if name.isEmpty { isComplete = false }
      case (.denotation, .bytes(let range)): denotation = Self.text(message, range)
      default: isComplete = false
      }
    }
    return (dimension, negative, denotation)
  }

  /// The element type of that number; 0, undefined, is `nil`.
  private mutating func elementType(_ number: UInt64) -> ElementType? {
    let element = UInt8(exactly: number).flatMap(ElementType.init(rawValue:))
    if element == nil, number != 0 { isComplete = false }
    return element
  }

  private static func text(_ message: WireReader, _ range: Range<Int>) -> String {
    String(anyBytes: UnsafeRawBufferPointer(rebasing: message.bytes[range]))
  }

  private mutating func note(_ change: (inout Denotation) -> Void) {
    var noted = denotation ?? Denotation()
    change(&noted)
    denotation = noted
  }
}
