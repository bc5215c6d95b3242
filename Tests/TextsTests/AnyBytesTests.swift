import Testing
import Texts

@Suite struct AnyBytesTests {
  @Test(
    arguments: [
      [], [0x61], [0xFF, 0xFE], [0xE9, 0x61], [0xC3], [0xC3, 0xA9], [0xED, 0xA0, 0x80], [0xF4, 0x8F, 0xBE, 0x80],
      [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x8F, 0xBD, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80],
      [0xE2, 0x98, 0x83, 0x80],
      [0x00, 0x80, 0x00],
    ] as [[UInt8]])
  func bytesComeBack(_ bytes: [UInt8]) {
    #expect(String(anyBytes: bytes).anyBytes == bytes)
  }

  @Test func everyPairOfBytesComesBack() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max { #expect(String(anyBytes: [first, second]).anyBytes == [first, second]) }
    }
  }

  @Test func soundTextIsItself() {
    #expect(String(anyBytes: Array("é☃😀 a".utf8)) == "é☃😀 a")
    #expect("é☃😀 a".anyBytes == Array("é☃😀 a".utf8))
  }

  @Test func otherBytesAreScalarsOfTheirOwn() {
    #expect(String(anyBytes: [0x61, 0xFF]).unicodeScalars.map(\.loneByte) == [nil, 0xFF])
    #expect(String(anyBytes: [0xFF]) != String(anyBytes: [0xFE]))
  }
}
