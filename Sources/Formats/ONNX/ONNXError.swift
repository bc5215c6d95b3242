package import Tensors

/// Why a model was not read or not written.
package enum ONNXError: Error, Hashable, Sendable {
  case file(FileError)
  case malformed(path: String, offset: Int, reason: String)
  /// Values get their names before a model is written.
  case unnamedValue(path: String, user: String)
  case invalidTensor(path: String, name: String, reason: String)
  /// A text means the tensors of the file that was to be replaced.
  case isSource(path: String)
  /// The model file exceeds what Protocol Buffers allow, although what may be external data is.
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
    case .isSource(let path):
      "\(path): the text takes tensors from this file, and would mean others behind it; write to another file"
    case .tooLarge(let path, let bytes):
      "\(path): cannot be written: it would have \(bytes) bytes, and an ONNX file holds less than 2 GB; allow external "
        + "data, and turn large constants into initializers, which can be external"
    }
  }
}
