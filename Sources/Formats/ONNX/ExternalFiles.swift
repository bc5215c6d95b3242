import Glibc
import Graphs
import Tensors

/// The files with external data in a model's folder, each mapped once.
final class ExternalFiles {
  struct Refusal: Error {
    var reason: String
  }

  private let modelPath: String
  private let folder: String
  /// The ranges of each file that tensors have, in order.
  private var taken: [ObjectIdentifier: [(range: Range<Int>, name: String)]] = [:]
  private var files: [String: MappedFile] = [:]

  init(modelPath: String) {
    self.modelPath = modelPath
    folder = modelPath.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(modelPath[...$0]) } ?? "./"
  }

  /// The range of a file that a tensor's `external_data` entries name.
  ///
  /// The file must be in the model's folder or below it, links resolved, and hold the range; a length that is given must
  /// be `byteCount`. Two tensors may have the same range, and else none of each other's bytes.
  func storage(_ data: ExternalData, byteCount: Int, name: String) throws(Refusal) -> TensorStorage {
    let location = data["location"] ?? ""
    let offset = try number("offset", data) ?? 0
    let length = try number("length", data) ?? byteCount
    guard length == byteCount else {
      throw Refusal(reason: "has \(length) bytes of external data where its sizes ask for \(byteCount)")
    }
    let file = try file(at: location)
    guard let range = file.range(offset: offset, count: length) else {
      throw Refusal(
        reason:
          "has \(length) bytes at offset \(offset) of '\(location)', which ends at \(file.count); fetch the file again")
    }
    if !range.isEmpty { try take(range, of: file, name, location) }
    return .mapped(file, range)
  }

  private func take(_ range: Range<Int>, of file: MappedFile, _ name: String, _ location: String) throws(Refusal) {
    let ranges = taken[ObjectIdentifier(file)] ?? []
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].range.lowerBound < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    if low < ranges.count, ranges[low].range == range { return }
    for index in [low - 1, low] where ranges.indices.contains(index) && ranges[index].range.overlaps(range) {
      throw Refusal(
        reason:
          "has bytes \(range.lowerBound) to \(range.upperBound) of '\(location)', some of which are tensor "
          + "'\(ranges[index].name)''s; fetch the model again")
    }
    taken[ObjectIdentifier(file), default: []].insert((range, name), at: low)
  }

  private func number(_ key: String, _ data: ExternalData) throws(Refusal) -> Int? {
    guard let text = data[key] else { return nil }
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
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw Refusal(reason: "has its data in a file that cannot be read: \(error)")
    }
    guard !file.isAt(modelPath) else {
      throw Refusal(reason: "has its data in '\(location)', which is the model itself; fetch the model again")
    }
    files[location] = file
    return file
  }

  /// The path without links; `nil` where nothing is there.
  private func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}

extension ExternalData {
  /// What an entry says; of several with one key the last counts.
  subscript(key: String) -> String? { entries.last { $0.key == key }?.value }

  /// What is true of the elements wherever they are: all but their place, and the hash of their file.
  var otherEntries: [Metadata] {
    isUsed ? entries.filter { !["location", "offset", "length", "checksum"].contains($0.key) } : []
  }

  /// The range that `count` bytes have in their file; `nil` where the entries say otherwise.
  func range(ofBytes count: Int) -> Range<Int>? {
    let (offset, length) = (self["offset"].map(Int.init) ?? 0, self["length"].map(Int.init) ?? count)
    guard let offset, length == count, offset >= 0, offset <= .max - count else { return nil }
    return offset..<(offset + count)
  }
}
