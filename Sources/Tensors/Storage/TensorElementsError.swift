/// Why the elements of a tensor cannot be had as the numbers asked for.
package enum TensorElementsError: Error, Hashable, Sendable {
  case elementType(ElementType, wanted: String)
  case byteCount(Int, expected: Int)
  case noByteForm
  case outOfRange(index: Int)
}

extension TensorElementsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .elementType(let type, let wanted): "the elements are \(type.spelling), which cannot be read as \(wanted)"
    case .byteCount(let count, let expected):
      "the tensor has \(count) bytes, but its element type and sizes take \(expected)"
    case .noByteForm: "the tensor's sizes or its strings have no byte form"
    case .outOfRange(let index): "element \(index) does not fit a signed 64-bit integer"
    }
  }
}
