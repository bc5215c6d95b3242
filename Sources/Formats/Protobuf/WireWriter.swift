package import Tensors
import Texts

/// Writes Protocol Buffers in one stream, although every nested message starts with its length.
///
/// The same calls are made twice: while measuring, which notes the length of each message in the order in which messages
/// start, and while writing, which takes the lengths in that order. Errors stick: after the first one `failure` is set
/// and nothing more is written.
package struct WireWriter {
  private enum Phase { case measuring, writing }

  /// Pieces smaller than this are gathered before they are sent.
  private static let bufferSize = 1 << 16

  private var phase = Phase.measuring
  private var output: OutputFile?
  private var lengths: [Int] = []
  private var nextLength = 0
  private var buffer: [UInt8] = []
  /// Whether nothing is sent anywhere.
  private var isGathering = false
  /// The bytes written, or counted, so far; `Int.max` when there are more than that.
  package private(set) var position = 0
  package private(set) var failure: FileError?

  /// A writer that measures.
  package init() {}

  package var isMeasuring: Bool { phase == .measuring }

  /// Starts over, now writing to `output`, with the lengths that have been measured.
  package mutating func beginWriting(to output: OutputFile) {
    precondition(isMeasuring, "writing begins once")
    phase = .writing
    self.output = output
    nextLength = 0
    position = 0
    buffer.reserveCapacity(Self.bufferSize)
  }

  /// Starts over, now keeping everything in memory, for `gathered`.
  mutating func beginGathering() {
    precondition(isMeasuring, "writing begins once")
    phase = .writing
    isGathering = true
    nextLength = 0
    position = 0
  }

  /// What was written since `beginGathering`.
  var gathered: [UInt8] { buffer }

  /// Sends what is still gathered.
  package mutating func finish() {
    precondition(nextLength == lengths.count, "the writing pass made fewer messages than the measuring pass")
    flush()
  }
}

// MARK: Fields

extension WireWriter {
  package mutating func varint(_ field: some WireFieldNumber, _ value: UInt64) {
    tag(field, 0)
    append(varint: value)
  }

  package mutating func int(_ field: some WireFieldNumber, _ value: Int64) {
    varint(field, UInt64(bitPattern: value))
  }

  package mutating func float(_ field: some WireFieldNumber, _ value: Float) {
    tag(field, 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { append($0) }
  }

  package mutating func bytes(_ field: some WireFieldNumber, _ value: [UInt8]) {
    tag(field, 2)
    append(varint: UInt64(value.count))
    verbatim(value)
  }

  /// A string, also where it is empty.
  package mutating func string(_ field: some WireFieldNumber, _ value: String) {
    tag(field, 2)
    var value = value
    value.withAnyBytes {
      append(varint: UInt64($0.count))
      append(UnsafeRawBufferPointer($0))
    }
  }

  /// A string, unless it is empty.
  package mutating func text(_ field: some WireFieldNumber, _ value: String) {
    if !value.isEmpty { string(field, value) }
  }

  /// A nested message that has begun.
  package struct OpenMessage {
    fileprivate let index: Int
    fileprivate let start: Int
  }

  /// Starts a nested message: what is written before `end` is a part of it.
  package mutating func begin(_ field: some WireFieldNumber) -> OpenMessage {
    tag(field, 2)
    let index = nextLength
    nextLength += 1
    switch phase {
    case .measuring: lengths.append(0)
    case .writing:
      precondition(index < lengths.count, "the writing pass made more messages than the measuring pass")
      append(varint: UInt64(lengths[index]))
    }
    return OpenMessage(index: index, start: position)
  }

  package mutating func end(_ message: OpenMessage) {
    let length = position - message.start
    switch phase {
    case .measuring:
      lengths[message.index] = length
      append(varint: UInt64(length))
    case .writing:
      precondition(length == lengths[message.index], "a message changed its length between the two passes")
    }
  }

  /// Fields that are encoded already.
  package mutating func verbatim(_ fields: [UInt8]) {
    fields.withUnsafeBytes { append($0) }
  }

  /// A field of `count` bytes that `produce` hands over in pieces while writing; while measuring it is not called.
  ///
  /// Returns false where the pieces do not add up to `count`; the output is of no use then.
  package mutating func bytes(
    _ field: some WireFieldNumber, count: Int, _ produce: ((UnsafeRawBufferPointer) -> Void) -> Void
  ) -> Bool {
    tag(field, 2)
    append(varint: UInt64(count))
    guard phase == .writing else {
      advance(count)
      return true
    }
    let start = position
    var produced = 0
    produce { piece in
      produced += piece.count
      if produced <= count { append(piece) }
    }
    advance(count - (position - start))
    return produced == count
  }
}

// MARK: Bytes

extension WireWriter {
  private mutating func tag(_ field: some WireFieldNumber, _ wireType: UInt64) {
    append(varint: UInt64(field.rawValue) << 3 | wireType)
  }

  private mutating func append(varint value: UInt64) {
    advance(max(1, (70 - value.leadingZeroBitCount) / 7))
    guard phase == .writing else { return }
    var rest = value
    while rest >= 0x80 {
      buffer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    buffer.append(UInt8(truncatingIfNeeded: rest))
    if buffer.count >= Self.bufferSize { flush() }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    advance(bytes.count)
    guard phase == .writing else { return }
    if bytes.count >= Self.bufferSize, !isGathering {
      flush()
      send(bytes)
    } else {
      buffer.append(contentsOf: bytes)
      if buffer.count >= Self.bufferSize { flush() }
    }
  }

  private mutating func advance(_ count: Int) {
    let (sum, overflow) = position.addingReportingOverflow(count)
    position = overflow ? .max : sum
  }

  private mutating func flush() {
    if isGathering { return }
    let gathered = buffer
    buffer.removeAll(keepingCapacity: true)
    gathered.withUnsafeBytes { send($0) }
  }

  private mutating func send(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil, !bytes.isEmpty else { return }
    do throws(FileError) { try output?.write(bytes) } catch { failure = error }
  }
}
