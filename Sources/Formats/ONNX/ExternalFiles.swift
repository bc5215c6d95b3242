import Glibc
import Graphs
import Tensors

/// The files with external data in a model's folder, each mapped once.
final class ExternalFiles {
  struct Refusal: Error {
    var reason: String
  }

  private let folder: String
  private var files: [String: MappedFile] = [:]

  init(modelPath: String) {
    folder = modelPath.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(modelPath[...$0]) } ?? "./"
  }

  /// The range of a file that a tensor's `external_data` entries name.
  ///
  /// The file must be in the model's folder or below it, links resolved, and hold the range; a length that is given must
  /// be `byteCount`.
  func storage(_ entries: [Metadata], byteCount: Int) throws(Refusal) -> TensorStorage {
    let location = entries.last { $0.key == "location" }?.value ?? ""
    let offset = try number("offset", entries) ?? 0
    let length = try number("length", entries) ?? byteCount
    guard length == byteCount else {
      throw Refusal(reason: "has \(length) bytes of external data where its sizes ask for \(byteCount)")
    }
    let file = try file(at: location)
    guard let range = file.range(offset: offset, count: length) else {
      throw Refusal(
        reason:
          "has \(length) bytes at offset \(offset) of '\(location)', which ends at \(file.count); fetch the file again")
    }
    return .mapped(file, range)
  }

  private func number(_ key: String, _ entries: [Metadata]) throws(Refusal) -> Int? {
    guard let text = entries.last(where: { $0.key == key })?.value else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw Refusal(reason: "has '\(text)' as the \(key) of its external data")
    }
    return number
  }

  private func file(at location: String) throws(Refusal) -> MappedFile {
    if let file = files[location] { return file }
    let components = location.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.utf8.contains(0), components.first?.isEmpty == false,
      !components.contains(where: { $0.elementsEqual("..".utf8) })
    else {
      throw Refusal(
        reason:
          "has its data in '\(location)'; external data must be named relative to the model's folder, without '..'")
    }
    guard let root = resolved(folder), let path = resolved(folder + location) else {
      throw Refusal(reason: "has its data in '\(location)', which is not there; put it beside the model")
    }
    guard path.hasPrefix(root == "/" ? root : root + "/") else {
      throw Refusal(
        reason: "has its data in '\(location)', a link out of the model's folder; put the file itself beside the model")
    }
    do throws(FileError) {
      let file = try MappedFile(path: path)
      files[location] = file
      return file
    } catch {
      throw Refusal(reason: "has its data in a file that cannot be read: \(error)")
    }
  }

  /// The path without links; `nil` where nothing is there.
  private func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
