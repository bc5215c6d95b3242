import CZlib
import Tensors

/// Unpacks deflated bytes (RFC 1951) piece by piece.
///
/// No more comes out than is asked for, whatever the bytes would make.
struct Inflater: ~Copyable {
  private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isDone = false
  /// The CRC-32 of what has come out.
  private(set) var checksum: UInt32 = 0

  /// - Parameter input: must outlive this.
  init(_ input: UnsafeRawBufferPointer) {
    stream.initialize(to: z_stream())
    let status = inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib does not start")
    rest = input
  }

  private var rest: UnsafeRawBufferPointer

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills the buffer as far as there is something.
  ///
  /// - Returns: how many bytes came out, fewer than fit only at the end; `nil` where the input is damaged or ends early.
  mutating func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
    var filled = 0
    while filled < buffer.count, !isDone {
      let piece = min(rest.count, 1 << 24)
      let room = min(buffer.count - filled, 1 << 24)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(piece)
      let target = buffer.baseAddress! + filled
      stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      let taken = piece - Int(stream.pointee.avail_in)
      let made = room - Int(stream.pointee.avail_out)
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      checksum = UInt32(
        truncatingIfNeeded: crc32(UInt(checksum), target.assumingMemoryBound(to: UInt8.self), UInt32(made)))
      filled += made
      switch status {
      case Z_STREAM_END: isDone = true
      case Z_OK where taken > 0 || made > 0: break
      default: return nil
      }
    }
    return filled
  }
}

extension ZipArchive {
  /// The most that an entry can unpack to: two bits of deflate make 258 bytes at best (zlib, "Technical Details").
  static func unpackedLimit(of entry: Entry) -> UInt64 { UInt64(entry.range.count) * 1032 + 1032 }

  /// The first bytes of an entry, packed or not, as far as it has them.
  func head(of entry: Entry, count: Int) throws(CheckpointError) -> [UInt8] {
    try file.withBytes(entry.range) { bytes throws(CheckpointError) in
      guard entry.method == .deflated else { return Array(bytes.prefix(count)) }
      var inflater = Inflater(bytes)
      var head = [UInt8](repeating: 0, count: Int(min(UInt64(count), entry.unpackedCount)))
      guard let made = head.withUnsafeMutableBytes({ inflater.read($0) }) else { throw damaged(entry) }
      return Array(head.prefix(made))
    }
  }

  /// Passes what an entry unpacks to from an offset on, in pieces; its size and checksum must be those of the directory.
  func unpack(
    _ entry: Entry, from offset: Int, _ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try file.withBytes(entry.range) { bytes throws(CheckpointError) in
      var inflater = Inflater(bytes)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
      defer { buffer.deallocate() }
      var count: UInt64 = 0
      while true {
        guard let made = inflater.read(buffer) else { throw damaged(entry) }
        let skipped = min(made, max(0, offset - Int(clamping: count)))
        count += UInt64(made)
        guard count <= entry.unpackedCount else {
          throw .malformed(
            file, "'\(entry.name)' unpacks to more than the \(entry.unpackedCount) bytes that the archive says")
        }
        try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[skipped..<made]))
        if made < buffer.count { break }
      }
      guard count == entry.unpackedCount, inflater.checksum == entry.checksum else { throw damaged(entry) }
    }
  }

  private func damaged(_ entry: Entry) -> CheckpointError {
    .malformed(file, "'\(entry.name)' does not unpack to what the archive says; it is damaged: download it again")
  }
}
