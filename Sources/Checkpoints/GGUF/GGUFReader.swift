import Tensors

/// The header of a GGUF file, version 2 or 3 (ggml, docs/gguf.md): metadata, and tensors with sizes innermost first.
enum GGUFReader {
  static let magic = Array("GGUF".utf8)

  /// The most metadata; there are some dozens, and what is long is in arrays.
  private static let metadataLimit: UInt64 = 1 << 16

  static func read(_ file: MappedFile) throws(CheckpointError) -> WeightsFile {
    try file.withBytes { bytes throws(CheckpointError) in try read(bytes, of: file) }
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, of file: MappedFile
  ) throws(CheckpointError) -> WeightsFile {
    var cursor = ByteCursor(bytes, at: magic.count, path: file.path)
    let version = try cursor.integer(UInt32.self)
    guard version == 2 || version == 3 else {
      let isBigEndian = version.byteSwapped == 2 || version.byteSwapped == 3
      throw cursor.malformed(
        isBigEndian ? "the file is big-endian; convert it again" : "version \(version) of the format is not known",
        at: 4)
    }
    let tensorCount = try cursor.integer(UInt64.self)
    let metadataCount = try cursor.integer(UInt64.self)
    var result = WeightsFile(path: file.path, format: .gguf)
    var alignment: UInt64 = 32
    var index: UInt64 = 0
    while index < metadataCount {
      guard index < metadataLimit else { throw cursor.malformed("the file has more than \(metadataLimit) metadata") }
      let key = try cursor.text(try cursor.integer(UInt64.self))
      let place = cursor.position
      let value = try GGUFValue(&cursor)
      if key == "general.alignment" {
        guard case .unsigned(let number) = value, number > 0, number <= 1 << 20 else {
          throw cursor.malformed("'general.alignment' is no size from 1 on", at: place)
        }
        alignment = number
      }
      result.metadata.append((key, value.text))
      index += 1
    }
    var infos: [Info] = []
    index = 0
    while index < tensorCount {
      guard index < UInt64(WeightsFile.tensorLimit) else {
        throw cursor.malformed("the file has more than \(WeightsFile.tensorLimit) tensors, which no model has")
      }
      infos.append(try info(&cursor))
      index += 1
    }
    let dataStart = (UInt64(cursor.position) + alignment - 1) / alignment * alignment
    var names: Set<String> = []
    for info in infos {
      guard names.insert(info.name).inserted else {
        throw cursor.malformed("two tensors are called '\(info.name)'", at: info.place)
      }
      result.entries.append(try entry(info, dataStart: dataStart, file, cursor))
    }
    try checkOverlaps(infos, cursor)
    return result
  }

  /// Every tensor has bytes of its own.
  private static func checkOverlaps(_ infos: [Info], _ cursor: ByteCursor) throws(CheckpointError) {
    var end: UInt64 = 0
    var last: Info?
    for info in infos.sorted(by: { $0.offset < $1.offset }) {
      guard let count = GGUFType.known[info.type]?.byteCount(of: info.sizes), count > 0 else { continue }
      guard info.offset >= end else {
        throw cursor.malformed("'\(info.name)' overlaps '\(last?.name ?? "")'", at: info.place)
      }
      (end, last) = (info.offset + UInt64(count), info)
    }
  }

  private struct Info {
    var name: String
    var sizes: [Int]
    var type: UInt32
    var offset: UInt64
    var place: Int
  }

  private static func info(_ cursor: inout ByteCursor) throws(CheckpointError) -> Info {
    let place = cursor.position
    let name = try cursor.text(try cursor.integer(UInt64.self))
    let rank = try cursor.integer(UInt32.self)
    guard rank <= UInt32(StridedView.maximumRank) else {
      throw cursor.malformed("'\(name)' is said to have \(rank) axes", at: place)
    }
    var sizes: [Int] = []
    for _ in 0..<rank {
      guard let size = Int(exactly: try cursor.integer(UInt64.self)) else {
        throw cursor.malformed("'\(name)' has a size that is beyond 63 bits", at: place)
      }
      sizes.append(size)
    }
    return Info(
      name: name, sizes: sizes.reversed(), type: try cursor.integer(), offset: try cursor.integer(), place: place)
  }

  private static func entry(
    _ info: Info, dataStart: UInt64, _ file: MappedFile, _ cursor: ByteCursor
  ) throws(CheckpointError) -> WeightsFile.Entry {
    guard let type = GGUFType.known[info.type] else {
      return WeightsFile.Entry(
        name: info.name, dtype: "type \(info.type)", sizes: info.sizes, byteCount: 0,
        content: .unreadable("type \(info.type) of ggml is not known here"))
    }
    guard let count = type.byteCount(of: info.sizes) else {
      throw cursor.malformed("'\(info.name)', \(type.name) \(info.sizes), is no whole number of blocks", at: info.place)
    }
    let (start, overflow) = dataStart.addingReportingOverflow(info.offset)
    guard !overflow, start <= UInt64(file.count), let range = file.range(offset: Int(start), count: count) else {
      throw cursor.malformed(
        "'\(info.name)', \(type.name) \(info.sizes), takes \(count) bytes from \(info.offset) of the data on, "
          + "beyond the end of the file; it was cut off: download it again", at: info.place)
    }
    return WeightsFile.Entry(
      name: info.name, dtype: type.name, sizes: info.sizes, byteCount: count,
      content: type.element.map { .tensor(Tensor($0, info.sizes, .mapped(file, range))) }
        ?? .unreadable("it is quantized in blocks (\(type.name)), which Mica cannot read"))
  }
}
