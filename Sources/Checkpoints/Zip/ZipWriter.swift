import CZlib
import Tensors

/// Writes a zip archive whose entries are stored as they are.
struct ZipWriter {
  private struct Written {
    var name: String
    var checksum: UInt32
    var count: UInt64
    var header: UInt64
  }

  private let output: OutputFile
  private var written: [Written] = []

  init(_ output: OutputFile) { self.output = output }

  /// Appends an entry.
  ///
  /// - Parameters:
  ///   - count: the number of bytes that `body` writes.
  ///   - checksum: their CRC-32.
  mutating func add(
    _ name: String, count: UInt64, checksum: UInt32, _ body: (OutputFile) throws(FileError) -> Void
  ) throws(FileError) {
    let entry = Written(name: name, checksum: checksum, count: count, header: UInt64(output.count))
    written.append(entry)
    var header = Self.bytes(UInt32(0x0403_4B50)) + Self.common(entry, extra: 20)
    header += Array(name.utf8) + Self.bytes(UInt16(1)) + Self.bytes(UInt16(16))
    header += Self.bytes(count) + Self.bytes(count)
    try output.write(header)
    try body(output)
  }

  /// Writes the directory; the file is complete then.
  func finish() throws(FileError) {
    let start = UInt64(output.count)
    for entry in written {
      var record = Self.bytes(UInt32(0x0201_4B50)) + Self.bytes(UInt16(45)) + Self.common(entry, extra: 28)
      record += [UInt8](repeating: 0, count: 10) + Self.bytes(UInt32.max) + Array(entry.name.utf8)
      record += Self.bytes(UInt16(1)) + Self.bytes(UInt16(24))
      record += Self.bytes(entry.count) + Self.bytes(entry.count) + Self.bytes(entry.header)
      try output.write(record)
    }
    let end = UInt64(output.count)
    let entries = UInt64(written.count)
    var tail =
      Self.bytes(UInt32(0x0606_4B50)) + Self.bytes(UInt64(44)) + Self.bytes(UInt16(45)) + Self.bytes(UInt16(45))
    tail += Self.bytes(UInt64(0)) + Self.bytes(entries) + Self.bytes(entries)
    tail += Self.bytes(end - start) + Self.bytes(start)
    tail += Self.bytes(UInt32(0x0706_4B50)) + Self.bytes(UInt32(0)) + Self.bytes(end) + Self.bytes(UInt32(1))
    tail += Self.bytes(UInt32(0x0605_4B50)) + Self.bytes(UInt32(0))
    tail += Self.bytes(UInt16.max) + Self.bytes(UInt16.max) + Self.bytes(UInt32.max) + Self.bytes(UInt32.max)
    tail += Self.bytes(UInt16(0))
    try output.write(tail)
  }

  /// What the local header and the directory's record say alike, from the version to the length of the extra field.
  private static func common(_ entry: Written, extra: UInt16) -> [UInt8] {
    // Names are UTF-8 (bit 11); no time is kept, so that equal weights make equal files: 1980-01-01.
    var fields = bytes(UInt16(45)) + bytes(UInt16(0x0800)) + bytes(UInt16(0)) + bytes(UInt16(0)) + bytes(UInt16(0x21))
    fields += bytes(entry.checksum) + bytes(UInt32.max) + bytes(UInt32.max)
    return fields + bytes(UInt16(entry.name.utf8.count)) + bytes(extra)
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// The CRC-32 of bytes behind others, of which `checksum` is theirs.
  static func checksum(_ checksum: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var result = UInt(checksum)
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let piece = min(rest.count, 1 << 30)
      result = crc32(result, start.assumingMemoryBound(to: UInt8.self), UInt32(piece))
      rest = UnsafeRawBufferPointer(rebasing: rest[piece...])
    }
    return UInt32(truncatingIfNeeded: result)
  }
}
