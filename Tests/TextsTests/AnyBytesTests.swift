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

  /// Each pair is one text to Unicode.
  @Test(arguments: [
    ("é", "e\u{301}"), ("Å", "\u{212B}"), ("가", "\u{1100}\u{1161}"), ("क़", "\u{958}"),
    ("q\u{307}\u{323}", "q\u{323}\u{307}"),
    ("a;", "a\u{37E}"), ("Ω", "\u{2126}"), ("豈", "\u{F900}"),
  ])
  func equalTextsOfOtherBytesDiffer(first: String, second: String) {
    #expect(first == second && Array(first.utf8) != Array(second.utf8))
    let texts = [first, second].map { String(anyBytes: Array($0.utf8)) }
    #expect(texts[0] != texts[1])
    #expect(texts[0].anyBytes == Array(first.utf8) && texts[1].anyBytes == Array(second.utf8))
  }
}
