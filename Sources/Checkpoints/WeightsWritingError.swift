package import Tensors

/// Why tensors cannot be written in a format.
package enum WeightsWritingError: Error, Hashable, Sendable {
  case elementType(String, ElementType, format: String)
  case name(String)
  case unreadable(String, reason: String)
}

extension WeightsWritingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .elementType(let name, let type, let format):
      "'\(name)' is of \(type.spelling), which \(format) has no type for"
    case .name(let name): "'\(name)' cannot be the name of a tensor in this format"
    case .unreadable(let name, let reason): "'\(name)' cannot be read: \(reason)"
    }
  }
}
