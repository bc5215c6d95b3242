/// Reads numbers and runs of bytes one after another, little-endian, and never beyond their end.
///
/// It is of use only while the bytes are, as inside `MappedFile.withBytes`.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let path: String
  private let part: String?

  /// - Parameters:
  ///   - path: the file that the bytes are of, for messages.
  ///   - part: what of the file they are, where offsets are its own.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, path: String, part: String? = nil) {
    self.bytes = bytes
    self.position = min(max(position, 0), bytes.count)
    self.path = path
    self.part = part
  }

  /// The error that something at an offset makes.
  func malformed(_ problem: String, at offset: Int? = nil) -> CheckpointError {
    .malformed(path: path, part: part, offset: offset ?? position, problem: problem)
  }

  var remaining: Int { bytes.count - position }
  var isAtEnd: Bool { remaining == 0 }

  /// Passes over a run of bytes, whatever its length is said to be.
  mutating func skip(_ count: UInt64) throws(CheckpointError) -> Range<Int> {
    guard count <= UInt64(remaining) else {
      throw malformed("\(count) bytes are to follow, and \(remaining) do; the file was cut off or is damaged")
    }
    let range = position..<position + Int(count)
    position = range.upperBound
    return range
  }

  mutating func skip(_ count: Int) throws(CheckpointError) -> Range<Int> { try skip(UInt64(max(count, 0))) }

  mutating func byte() throws(CheckpointError) -> UInt8 { bytes[try skip(1).lowerBound] }

  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) throws(CheckpointError) -> Integer {
    let range = try skip(MemoryLayout<Integer>.size)
    var value: Integer = 0
    withUnsafeMutableBytes(of: &value) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range])) }
    return Integer(littleEndian: value)
  }

  /// A text of `count` bytes, with what is not UTF-8 replaced.
  mutating func text(_ count: UInt64) throws(CheckpointError) -> String {
    let range = try skip(count)
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  /// The bytes up to the next newline, which is passed over.
  mutating func line() throws(CheckpointError) -> String {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw malformed("a line is to follow, and no newline does")
    }
    let text = try text(UInt64(end - position))
    position = end + 1
    return text
  }
}
