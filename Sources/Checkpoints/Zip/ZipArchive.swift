import Tensors

/// The directory of a zip archive, checked against the size of the file: no entry lies outside it or over another.
///
/// Fields as in PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
struct ZipArchive {
  enum Method: Hashable {
    case stored, deflated
    case other(UInt16)
  }

  struct Entry {
    var name: String
    var method: Method
    var checksum: UInt32
    /// The bytes in the file.
    var range: Range<Int>
    /// The bytes that they unpack to, as the archive says.
    var unpackedCount: UInt64
    var isEncrypted: Bool
    /// Where its local header is.
    fileprivate var header: Int
  }

  let file: MappedFile
  private(set) var entries: [Entry] = []

  private var positions: [String: Int] = [:]

  init(_ file: MappedFile) throws(CheckpointError) {
    self.file = file
    entries = try file.withBytes { bytes throws(CheckpointError) in try Self.entries(bytes, of: file.path) }
    for (position, entry) in entries.enumerated() {
      guard positions.updateValue(position, forKey: entry.name) == nil else {
        throw .malformed(file, "the archive has two entries '\(entry.name)'")
      }
    }
    try checkPlaces()
  }

  /// The entry of a name.
  subscript(name: String) -> Entry? { positions[name].map { entries[$0] } }

  /// Passes the bytes of a stored entry.
  ///
  /// - Throws: for an entry that is compressed or encrypted.
  func withStoredBytes<Result>(
    of entry: Entry, _ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    try checkStored(entry)
    return try file.withBytes(entry.range, body)
  }

  func checkStored(_ entry: Entry) throws(CheckpointError) {
    guard entry.method == .stored, !entry.isEncrypted else {
      throw .malformed(file, "'\(entry.name)' is compressed or encrypted; save the file again without")
    }
  }

  /// Checks that entries, taken in the order of their bytes, lie behind one another.
  private func checkPlaces() throws(CheckpointError) {
    var end = 0
    var previous = ""
    for entry in entries.sorted(by: { $0.header < $1.header }) {
      guard entry.header >= end else {
        throw .malformed(
          file, "'\(entry.name)' lies over '\(previous)' in the archive, as in archives made to unpack without end",
          at: entry.header)
      }
      end = entry.range.upperBound
      previous = entry.name
    }
  }
}

extension ZipArchive {
  private static let endRecordSize = 22
  private static let longestComment = 65_535
  /// The most entries: one for each tensor, and a few beside.
  private static let entryLimit = WeightsFile.tensorLimit + 1024

  private static func entries(_ bytes: UnsafeRawBufferPointer, of path: String) throws(CheckpointError) -> [Entry] {
    let (start, count) = try directory(bytes, of: path)
    var cursor = ByteCursor(bytes, at: start, path: path)
    var entries: [Entry] = []
    // The number is no more than a claim: each entry takes its bytes from the file.
    while UInt64(entries.count) < count {
      guard entries.count < entryLimit else {
        throw cursor.malformed("the archive has more than \(entryLimit) entries")
      }
      entries.append(try entry(&cursor, directory: start, path))
    }
    return entries
  }

  /// Where the directory begins, and how many entries it says it has.
  private static func directory(
    _ bytes: UnsafeRawBufferPointer, of path: String
  ) throws(CheckpointError) -> (start: Int, count: UInt64) {
    var position = bytes.count - endRecordSize
    let lowest = max(0, position - longestComment)
    while position >= lowest, !isSignature(0x0605_4B50, bytes, at: position) { position -= 1 }
    guard position >= lowest, position >= 0 else {
      throw .malformed(
        path: path, part: nil, offset: nil,
        problem: "the archive has no directory at its end; it was cut off: download it again")
    }
    var cursor = ByteCursor(bytes, at: position + 10, path: path)
    var count = UInt64(try cursor.integer(UInt16.self))
    _ = try cursor.skip(4)
    var start = UInt64(try cursor.integer(UInt32.self))
    if position >= 20, isSignature(0x0706_4B50, bytes, at: position - 20) {
      cursor = ByteCursor(bytes, at: position - 20 + 8, path: path)
      let record = try cursor.integer(UInt64.self)
      guard record <= UInt64(bytes.count), isSignature(0x0606_4B50, bytes, at: Int(record)) else {
        throw cursor.malformed("the archive's 64-bit directory is not where it is said to be")
      }
      cursor = ByteCursor(bytes, at: Int(record) + 32, path: path)
      count = try cursor.integer()
      _ = try cursor.skip(8)
      start = try cursor.integer()
    }
    guard start <= UInt64(position) else {
      throw cursor.malformed("the archive's directory begins at \(start), behind its own end")
    }
    return (Int(start), count)
  }

  private static func isSignature(_ signature: UInt32, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    guard offset >= 0, offset <= bytes.count - 4 else { return false }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) == signature
  }

  private static func entry(
    _ cursor: inout ByteCursor, directory: Int, _ path: String
  ) throws(CheckpointError) -> Entry {
    let place = cursor.position
    guard try cursor.integer(UInt32.self) == 0x0201_4B50 else {
      throw cursor.malformed("the archive's directory has no entry here, where one is to be", at: place)
    }
    _ = try cursor.skip(4)
    let flags = try cursor.integer(UInt16.self)
    let method = try cursor.integer(UInt16.self)
    _ = try cursor.skip(4)
    let checksum = try cursor.integer(UInt32.self)
    var packed = UInt64(try cursor.integer(UInt32.self))
    var unpacked = UInt64(try cursor.integer(UInt32.self))
    let nameCount = try cursor.integer(UInt16.self)
    let extraCount = try cursor.integer(UInt16.self)
    let commentCount = try cursor.integer(UInt16.self)
    _ = try cursor.skip(8)
    var header = UInt64(try cursor.integer(UInt32.self))
    let name = try cursor.text(UInt64(nameCount))
    let extra = try cursor.skip(Int(extraCount))
    _ = try cursor.skip(Int(commentCount))
    try readLongFields(
      UnsafeRawBufferPointer(rebasing: cursor.bytes[extra]), &unpacked, &packed, &header, path: path)

    guard header <= UInt64(directory) else {
      throw cursor.malformed("'\(name)' is said to be at \(header), behind the archive's directory", at: place)
    }
    var local = ByteCursor(cursor.bytes, at: Int(header), path: path)
    guard try local.integer(UInt32.self) == 0x0403_4B50 else {
      throw local.malformed("'\(name)' is not where the archive's directory says", at: Int(header))
    }
    _ = try local.skip(22)
    let (localName, localExtra) = (try local.integer(UInt16.self), try local.integer(UInt16.self))
    _ = try local.skip(Int(localName) + Int(localExtra))
    guard local.position <= directory, packed <= UInt64(directory - local.position) else {
      throw local.malformed(
        "'\(name)' is said to have \(packed) bytes, which go beyond the archive's directory", at: place)
    }
    let kind: Method = method == 0 ? .stored : method == 8 ? .deflated : .other(method)
    guard kind != .stored || packed == unpacked else {
      throw cursor.malformed("'\(name)' is stored as it is, and is said to be of two sizes", at: place)
    }
    return Entry(
      name: name, method: kind, checksum: checksum, range: local.position..<local.position + Int(packed),
      unpackedCount: unpacked, isEncrypted: flags & 1 != 0, header: Int(header))
  }

  /// Reads the sizes that do not fit 32 bits, in the order in which the format has them.
  private static func readLongFields(
    _ extra: UnsafeRawBufferPointer, _ unpacked: inout UInt64, _ packed: inout UInt64, _ header: inout UInt64,
    path: String
  ) throws(CheckpointError) {
    var cursor = ByteCursor(extra, path: path)
    while cursor.remaining >= 4 {
      let (kind, count) = (try cursor.integer(UInt16.self), try cursor.integer(UInt16.self))
      let field = try cursor.skip(Int(count))
      guard kind == 1 else { continue }
      var long = ByteCursor(UnsafeRawBufferPointer(rebasing: extra[field]), path: path)
      if unpacked == UInt64(UInt32.max) { unpacked = try long.integer() }
      if packed == UInt64(UInt32.max) { packed = try long.integer() }
      if header == UInt64(UInt32.max) { header = try long.integer() }
    }
  }
}
