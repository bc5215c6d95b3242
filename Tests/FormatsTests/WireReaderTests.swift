import Formats
import Testing

@Suite struct WireReaderTests {
  /// The fields of a message as text, or the error.
  private static func fields(_ bytes: [UInt8]) -> Result<[String], WireError> {
    bytes.withUnsafeBytes { bytes in
      var reader = WireReader(bytes)
      var fields: [String] = []
      do throws(WireError) {
        while let field = try reader.next() { fields.append("\(field.number) \(field.payload) \(field.range)") }
        return .success(fields)
      } catch {
        return .failure(error)
      }
    }
  }

  @Test(
    arguments: [
      ("", []),
      ("08 96 01", ["1 varint(150) 0..<3"]),
      ("12 02 68 69 08 00", ["2 bytes(Range(2..<4)) 0..<4", "1 varint(0) 4..<6"]),
      ("0d 00 00 80 3f", ["1 fixed32(1065353216) 0..<5"]),
      ("09 01 00 00 00 00 00 00 00", ["1 fixed64(1) 0..<9"]),
      ("08 ff ff ff ff ff ff ff ff ff 01", ["1 varint(18446744073709551615) 0..<11"]),
      ("08 80 00", ["1 varint(0) 0..<3"]),
      ("f8 ff ff ff 0f 05", ["536870911 varint(5) 0..<6"]),
      ("0a 00", ["1 bytes(Range(2..<2)) 0..<2"]),
    ] as [(String, [String])])
  func fields(_ bytes: String, _ expected: [String]) throws {
    #expect(try Self.fields(hexadecimal(bytes)).get() == expected)
  }

  @Test(
    arguments: [
      ("08", WireError(offset: 1, .truncated)),
      ("08 80", WireError(offset: 1, .truncated)),
      ("80", WireError(offset: 0, .truncated)),
      ("08 00 0d 00 00 80", WireError(offset: 3, .truncated)),
      ("09 01 00", WireError(offset: 1, .truncated)),
      ("08 ff ff ff ff ff ff ff ff ff 02", WireError(offset: 1, .varintTooLong)),
      ("08 80 80 80 80 80 80 80 80 80 80 00", WireError(offset: 1, .varintTooLong)),
      ("12 03 68 69", WireError(offset: 1, .lengthBeyondMessage(3, available: 2))),
      ("12 ff ff ff ff ff ff ff ff ff 01", WireError(offset: 1, .lengthBeyondMessage(.max, available: 0))),
      ("12 ff ff ff ff ff ff ff ff 7f 00", WireError(offset: 1, .lengthBeyondMessage(UInt64(Int64.max), available: 1))),
      ("00 00", WireError(offset: 0, .invalidTag(0))),
      ("0e 00", WireError(offset: 0, .invalidTag(14))),
      ("08 01 0f", WireError(offset: 2, .invalidTag(15))),
      ("80 80 80 80 10 00", WireError(offset: 0, .invalidTag(1 << 32))),
      ("0b 0c", WireError(offset: 0, .group)),
      ("0c", WireError(offset: 0, .group)),
    ] as [(String, WireError)])
  func refuses(_ bytes: String, _ error: WireError) {
    #expect(throws: error) { try Self.fields(hexadecimal(bytes)).get() }
  }

  @Test func nestsSoFarAndNoFurther() {
    [UInt8]().withUnsafeBytes { bytes in
      var reader = WireReader(bytes)
      for _ in 0..<WireReader.maximumDepth {
        #expect(throws: Never.self) { reader = try reader.message(at: 0..<0) }
      }
      #expect(throws: WireError(offset: 0, .tooDeep)) { try reader.message(at: 0..<0) }
    }
  }
}
