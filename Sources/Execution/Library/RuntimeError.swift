package import Tensors

/// Why a model did not run in ONNX Runtime.
package enum RuntimeError: Error, Hashable, Sendable {
  /// No library is there; where it was looked for, in order.
  case notFound(searched: [String])
  /// A file that was to be the library, or is not fit to be it.
  case unusable(path: String, reason: String)
  /// ONNX Runtime refused; what was asked of it, and its error's number and message.
  case failed(action: String, code: Int, message: String)
  /// What is given for an input does not fit it.
  case input(name: String, reason: String)
  /// A value is of a kind that is not read.
  case unreadable(name: String, reason: String)
  case file(FileError)
}

extension RuntimeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let searched):
      "ONNX Runtime is not there; looked for it in:\n"
        + searched.map { "  \($0)\n" }.joined()
        + "get it with `mica install onnxruntime`, or name the library's file or folder in "
        + RuntimeSearch.environmentVariable
    case .unusable(let path, let reason):
      "'\(path)' cannot be used as ONNX Runtime: \(reason); name another library in "
        + "\(RuntimeSearch.environmentVariable), or get one with `mica install onnxruntime`"
    case .failed(let action, _, let message): "ONNX Runtime cannot \(action): \(message)"
    case .input(let name, let reason): "input `\(name)` \(reason)"
    case .unreadable(let name, let reason): "`\(name)` \(reason)"
    case .file(let error): error.description
    }
  }
}
