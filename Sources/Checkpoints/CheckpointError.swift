package import Tensors

/// Why a file cannot be used as weights.
package enum CheckpointError: Error, Hashable, Sendable {
  case file(FileError)
  case safetensors(SafetensorsError)
  /// The file breaks its format, or holds what is refused.
  ///
  /// - Parameter offset: the byte of the file (or of the named part of it) that shows so.
  case malformed(path: String, part: String?, offset: Int?, problem: String)

  /// Whether there is no file at the path.
  package var isMissingFile: Bool {
    switch self {
    case .file(let error), .safetensors(.file(let error)): error.isMissingFile
    default: false
    }
  }

  /// The path of the file that is the reason: of a shard where an index was opened.
  package var path: String {
    switch self {
    case .file(let error): error.path
    case .safetensors(let error): error.path
    case .malformed(let path, _, _, _): path
    }
  }

  static func malformed(_ file: MappedFile, _ problem: String, at offset: Int? = nil) -> CheckpointError {
    .malformed(path: file.path, part: nil, offset: offset, problem: problem)
  }
}

extension CheckpointError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .safetensors(let error): error.description
    case .malformed(let path, let part, let offset, let problem):
      "\(path)\(part.map { ": \($0)" } ?? "")\(offset.map { ": byte \($0)" } ?? ""): \(problem)"
    }
  }
}
