package import Tensors

/// Why a model was not read or not written.
package enum ONNXError: Error, Hashable, Sendable {
  case file(FileError)
  case malformed(path: String, offset: Int, reason: String)
  /// Values get their names before a model is written.
  case unnamedValue(path: String, user: String)
  case invalidTensor(path: String, name: String, reason: String)
  /// Protocol Buffers allow 2 GB, and this is what is left when all weights that may are in a file of their own.
  case tooLarge(path: String, bytes: Int)
}

extension ONNXError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .malformed(let path, let offset, let reason): "\(path): not a valid ONNX model: at byte \(offset), \(reason)"
    case .unnamedValue(let path, let user):
      "\(path): cannot be written: a value that \(user) uses has no name; name the graph's values first"
    case .invalidTensor(let path, let name, let reason): "\(path): cannot be written: tensor '\(name)' \(reason)"
    case .tooLarge(let path, let bytes):
      "\(path): cannot be written: \(bytes) bytes remain beside external data, and an ONNX file holds less than 2 GB; "
        + "turn large constants into initializers, which can be stored externally"
    }
  }
}
