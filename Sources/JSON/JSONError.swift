/// Why bytes are not a JSON text, and where.
package struct JSONError: Error, Hashable, Sendable {
  package var reason: Reason
  /// The offset of the first byte that cannot stay as it is.
  package var offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package enum Reason: Hashable, Sendable {
    case invalidUTF8
    /// A byte that starts no token, or a token where the grammar has no place for it.
    case unexpectedByte(UInt8)
    case unexpectedEnd
    case invalidNumber
    /// An integer outside −2⁶³ ..< 2⁶⁴, or a number beyond the largest double.
    case numberOutOfRange
    case controlCharacterInString(UInt8)
    /// U+0000 in the name of a member.
    case nullCharacterInKey
    /// Two members of an object have keys that are the same text, Unicode normalisation apart.
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case tooLong(limit: Int)
  }
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    "not valid JSON at byte \(offset): \(reason)"
  }
}

extension JSONError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalidUTF8: "the bytes are not UTF-8; save the text as UTF-8"
    case .unexpectedByte(let byte): "unexpected \(Self.name(of: byte))"
    case .unexpectedEnd: "the text ends before its value is complete; it may have been cut off"
    case .invalidNumber: "this is not a number as JSON writes them, such as -1, 0.5 or 2e-3"
    case .numberOutOfRange: "the number does not fit 64 bits; write it as a string"
    case .controlCharacterInString(let byte): "\(Self.name(of: byte)) inside a string; write it as an escape"
    case .nullCharacterInKey: "a member name contains U+0000; rename the member"
    case .duplicateKey(let key): "the object names \"\(key)\" twice; remove one of the two"
    case .tooDeep(let limit): "values are nested more than \(limit) deep"
    case .tooLong(let limit): "the text is longer than \(limit) bytes"
    }
  }

  private static func name(of byte: UInt8) -> String {
    switch byte {
    case 0x21...0x7E: "'\(Character(UnicodeScalar(byte)))'"
    default: "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
}
