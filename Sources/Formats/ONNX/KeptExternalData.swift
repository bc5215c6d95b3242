import Glibc
import Graphs
import Tensors

/// The external data of a model that is written anew: which tensors have it, and how a file beside theirs names it.
struct KeptExternalData {
  /// The path under which the model was read, and so mapped; data files are mapped under their own, links resolved.
  private let source: String
  /// The folder of that file, links resolved, with its slash.
  private let folder: String
  /// Whether the new model stands in the same folder, so that the data files serve both.
  let isShared: Bool

  /// - Parameters:
  ///   - source: the path of the model that was read.
  ///   - target: the path of the one that is written.
  init(source: String, target: String) {
    self.source = source
    folder = (Self.resolved(Self.folder(of: source)) ?? "") + "/"
    isShared = Self.resolved(Self.folder(of: target)).map { $0 + "/" } == folder
  }

  /// Whether the elements of a tensor are in another file than the model that was read.
  func holds(_ tensor: Tensor) -> Bool {
    guard case .mapped(let file, _) = tensor.storage else { return false }
    return file.path != source
  }

  /// The `external_data` entries of a tensor whose file stays where it is; `nil` where it is not external, or not shared.
  ///
  /// - Parameter data: what the file that was read says; it is said again where it is true of the tensor.
  func entries(for tensor: Tensor, read data: ExternalData) -> [Metadata]? {
    guard isShared, case .mapped(let file, let range) = tensor.storage, holds(tensor), file.path.hasPrefix(folder)
    else {
      return nil
    }
    if data.isUsed, data.range(ofBytes: range.count) == range, let location = data["location"],
      Self.resolved(folder + location) == file.path
    {
      return data.entries
    }
    return [
      Metadata(key: "location", value: String(file.path.dropFirst(folder.count))),
      Metadata(key: "offset", value: String(range.lowerBound)),
      Metadata(key: "length", value: String(range.count)),
    ]
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
  }

  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
