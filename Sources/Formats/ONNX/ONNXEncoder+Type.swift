import Graphs
import Tensors

extension ONNXEncoder {
  /// Writes a type as a TypeProto; one that nothing is known of is left out unless there is a denotation.
  mutating func encode(_ field: some WireFieldNumber, _ type: ValueType, _ denotation: Denotation?) {
    if let verbatim = denotation?.verbatim, !verbatim.isEmpty, TypeDecoder.type(from: verbatim) == type {
      wire.bytes(field, verbatim)
      return
    }
    guard type != .unknown || denotation != nil else { return }
    message(field) {
      switch type {
      case .tensor(let tensor): $0.encode(TypeField.tensor, tensor, denotation)
      case .sequence(let element):
        $0.message(TypeField.sequence) { $0.encode(ElementTypeField.element, element, nil) }
      case .map(let key, let value):
        $0.message(TypeField.map) {
          $0.wire.int(MapTypeField.key, Int64(key.rawValue))
          $0.encode(MapTypeField.value, value, nil)
        }
      case .sparseTensor, .optional, .unknown: break
      }
      $0.wire.text(TypeField.denotation, denotation?.type ?? "")
      switch type {
      case .sparseTensor(let tensor): $0.encode(TypeField.sparseTensor, tensor, denotation)
      case .optional(let element):
        $0.message(TypeField.optional) { $0.encode(ElementTypeField.element, element, nil) }
      case .tensor, .sequence, .map, .unknown: break
      }
    }
  }

  /// An unknown rank is a shape that is absent; rank 0 is one without dimensions.
  private mutating func encode(_ field: some WireFieldNumber, _ type: TensorType, _ denotation: Denotation?) {
    message(field) {
      if let element = type.element { $0.wire.int(TensorTypeField.element, Int64(element.rawValue)) }
      guard let shape = type.shape else { return }
      $0.message(TensorTypeField.shape) {
        for (axis, dimension) in shape.dimensions.enumerated() {
          $0.encode(ShapeField.dimension, dimension, denotation?.dimensions[axis])
        }
      }
    }
  }

  /// A constant is a value, a name or an expression a parameter, an unknown size neither.
  private mutating func encode(_ field: some WireFieldNumber, _ dimension: Dimension, _ denotation: String?) {
    message(field) {
      if let size = dimension.constant {
        $0.wire.int(DimensionField.value, Int64(size))
      } else if !dimension.isUnknown {
        $0.wire.string(DimensionField.parameter, dimension.symbol ?? dimension.description)
      }
      $0.wire.text(DimensionField.denotation, denotation ?? "")
    }
  }
}
