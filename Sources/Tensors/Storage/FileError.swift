import Glibc

/// Why the system refused to open, read or write a file.
package struct FileError: Error, Hashable, Sendable {
  package enum Operation: String, Sendable {
    case open, map, read, create, write, replace
  }

  package enum Reason: Hashable, Sendable {
    /// An `errno` of the system call.
    case system(Int32)
    case notRegular
    /// Git keeps the file's contents elsewhere, and has not fetched them.
    case pointer
    /// Another program has cut the file off while it was open.
    case shortened
    /// What is to be written is read from the file.
    case isInput
  }

  package var operation: Operation
  package var path: String
  package var reason: Reason

  package init(_ operation: Operation, _ path: String, _ reason: Reason) {
    self.operation = operation
    self.path = path
    self.reason = reason
  }

  /// Whether there is nothing at the path.
  package var isMissingFile: Bool { reason == .system(ENOENT) }

  /// The error that the last system call of this thread left in `errno`.
  init(_ operation: Operation, _ path: String) {
    self.init(operation, path, .system(errno))
  }
}

extension FileError: CustomStringConvertible {
  package var description: String {
    if reason == .shortened {
      return "'\(path)' was shortened while it was read: another program writes to it; try again when that is done"
    }
    return "cannot \(operation.rawValue) '\(path)': \(cause)" + (remedy.map { "; \($0)" } ?? "")
  }

  private var cause: String {
    switch reason {
    case .system(let code): String(cString: strerror(code))
    case .notRegular: "it is not a regular file"
    case .pointer: "Git LFS left a pointer here, and not the file itself"
    case .shortened: "it was shortened"
    case .isInput: "the model is read from this file"
    }
  }

  private var remedy: String? {
    switch reason {
    case .isInput: return "give the output another name"
    case .notRegular: return "give the path of an ordinary file"
    case .pointer: return "fetch it with `git lfs pull`"
    case .shortened: return nil
    case .system(let code): return remedy(code)
    }
  }

  private func remedy(_ code: Int32) -> String? {
    switch code {
    case ENOENT, ENOTDIR: return operation == .open ? "check the path" : "create the directory first"
    case EISDIR: return "give the path of a file in it"
    case EACCES, EPERM: return "change the permissions or choose another place"
    case EROFS: return "choose a place that can be written to"
    case ENOSPC, EDQUOT, EFBIG: return "free some space or choose another place; the old file is unchanged"
    case EMFILE, ENFILE: return "raise the limit of open files (ulimit -n)"
    case ENOMEM: return "close other programs or raise the limit of memory (ulimit -v)"
    case ENAMETOOLONG: return "choose a shorter name"
    case EINVAL where path.utf8.contains(0): return "a path cannot contain the character U+0000"
    default: return nil
    }
  }
}
