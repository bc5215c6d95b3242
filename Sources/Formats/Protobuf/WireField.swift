/// One field of a message as the wire has it.
package struct WireField {
  package enum Payload {
    case varint(UInt64)
    case fixed64(UInt64)
    /// Where the content of a string, a message or a packed run is.
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  /// The largest field number that Protocol Buffers allow.
  package static let maximumNumber = (1 << 29) - 1

  package var number: Int
  package var payload: Payload
  /// Where the whole field is, its tag included.
  package var range: Range<Int>
}

/// The fields of a message type, by number.
package protocol WireFieldNumber: RawRepresentable, Sendable where RawValue == Int {}
