import JSON
import Testing

@Suite struct JSONParsingTests {
  @Test(
    arguments: [
      ("null", .null), (" \t\r\n true ", true), ("false", false),
      ("0", 0), ("-0", 0), ("12", 12), ("-7", -7),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .unsigned(1 << 63)), ("18446744073709551615", .unsigned(.max)),
      ("0.1", 0.1), ("-1.5e3", -1500.0), ("2E-3", 0.002), ("1e+40", .number(1e40)),
      ("1.0", 1.0), ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)), ("-0.0", .number(-0.0)),
      ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-999", 0.0),
      (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9é\ud83d\ude00""#, "éé😀"),
      (#""a\u0000b""#, "a\0b"), (#""/* 'x' NaN */""#, "/* 'x' NaN */"),
      (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"), (#""\ud800A""#, "\u{FFFD}A"),
      (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\\u0000""#, "\\u0000"),
      ("[]", []), ("[1, [2.5, null], {}]", [1, [2.5, nil], [:]]),
      (#"{"b": 1, "a": {"b": [true]}}"#, ["b": 1, "a": ["b": [true]]]),
      (#"{"": 0}"#, ["": 0]), (#"{"a": "x\u0000"}"#, ["a": "x\0"]),
      (#"[{"a": 1}, {"a": 2}]"#, [["a": 1], ["a": 2]]),
    ] as [(String, JSONValue)])
  func valid(text: String, value: JSONValue) throws {
    let parsed = try JSONValue(parsing: text.utf8)
    #expect(parsed == value)
    if case .number(let expected) = value, case .number(let number) = parsed {
      #expect(number.sign == expected.sign)
    }
  }

  @Test(
    arguments: [
      ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1), ("{\"a\":", .unexpectedEnd, 5),
      ("\"abc", .unexpectedEnd, 4), ("\"abc\\", .unexpectedEnd, 5), ("nul", .unexpectedEnd, 3),
      ("[1,]", .unexpectedByte(0x5D), 3), ("{\"a\":1,}", .unexpectedByte(0x7D), 7), ("[1 2]", .unexpectedByte(0x32), 3),
      ("{} x", .unexpectedByte(0x78), 3), ("{} {}", .unexpectedByte(0x7B), 3), ("1 2", .unexpectedByte(0x32), 2),
      ("{}]", .unexpectedByte(0x5D), 2), ("[}", .unexpectedByte(0x7D), 1), ("{1: 2}", .unexpectedByte(0x31), 1),
      ("[\"a\": 1]", .unexpectedByte(0x3A), 4), (":", .unexpectedByte(0x3A), 0), (",", .unexpectedByte(0x2C), 0),
      ("'a'", .unexpectedByte(0x27), 0), ("{'a': 1}", .unexpectedByte(0x27), 1),
      ("NaN", .unexpectedByte(0x4E), 0), ("[Infinity]", .unexpectedByte(0x49), 1), ("-Infinity", .invalidNumber, 0),
      ("TRUE", .unexpectedByte(0x54), 0), ("nan", .unexpectedByte(0x61), 1), ("truee", .unexpectedByte(0x65), 4),
      ("// x\n1", .unexpectedByte(0x2F), 0), ("\u{FEFF}1", .unexpectedByte(0xEF), 0), ("{}\0", .unexpectedByte(0), 2),
      ("\u{B}1", .unexpectedByte(0xB), 0), ("\u{A0}1", .unexpectedByte(0xC2), 0),
      ("01", .invalidNumber, 0), ("-", .invalidNumber, 0), ("1.", .invalidNumber, 0), ("1e", .invalidNumber, 0),
      ("1e+", .invalidNumber, 0), (".5", .unexpectedByte(0x2E), 0), ("+1", .unexpectedByte(0x2B), 0),
      ("0x10", .unexpectedByte(0x78), 1), ("[-a]", .invalidNumber, 1), ("1.5.5", .unexpectedByte(0x2E), 3),
      ("18446744073709551616", .numberOutOfRange, 0), ("[-9223372036854775809]", .numberOutOfRange, 1),
      ("99999999999999999999999999999", .numberOutOfRange, 0),
      (String(repeating: "9", count: 310) + ".5", .numberOutOfRange, 0), ("[1.8e308]", .numberOutOfRange, 1),
      (String(repeating: "9", count: 250) + "e99", .numberOutOfRange, 0), ("1e999", .numberOutOfRange, 0),
      ("\"a\nb\"", .controlCharacterInString(10), 2), ("\"\u{1F}\"", .controlCharacterInString(0x1F), 1),
      ("\"\0\"", .controlCharacterInString(0), 1),
      (#"{"a\u0000b": 1}"#, .nullCharacterInKey, 1), (#"{"a": {"\u0000" : 1}}"#, .nullCharacterInKey, 7),
      (#""\x41""#, .unexpectedByte(0x78), 2), (#""\u12g4""#, .unexpectedByte(0x67), 5),
      (#""\u12""#, .unexpectedByte(0x22), 5),
      (#"{"a": 1, "a": 2}"#, .duplicateKey("a"), 9), (#"{"a": 1, "\u0061": 2}"#, .duplicateKey("a"), 9),
      (#"[{"a": {"b": 0}}, {"a": {"c": 0, "b": 1, "c": 2}}]"#, .duplicateKey("c"), 41),
      ("{\"\u{E9}\": 1, \"e\u{301}\": 2}", .duplicateKey("\u{E9}"), 10),
    ] as [(String, JSONError.Reason, Int)])
  func invalid(text: String, reason: JSONError.Reason, offset: Int) {
    #expect(throws: JSONError(reason, at: offset)) { try JSONValue(parsing: text.utf8) }
  }

  @Test(
    arguments: [
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0x80], [0xE2, 0x82],
      [0xF0, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONError(.invalidUTF8, at: 1)) { try JSONValue(parsing: [quote] + bytes + [quote]) }
  }

  @Test func depth() throws {
    func nested(_ depth: Int, _ inner: String) -> String {
      String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
    }
    for inner in ["", "1", "\"x\""] { _ = try JSONValue(parsing: nested(128, inner).utf8) }
    #expect(throws: JSONError(.tooDeep(limit: 128), at: 128)) { try JSONValue(parsing: nested(129, "").utf8) }
    #expect(throws: JSONError(.tooDeep(limit: 128), at: 128)) {
      try JSONValue(parsing: String(repeating: "[", count: 1_000_000).utf8)
    }
    #expect(throws: JSONError(.tooDeep(limit: 128), at: 127 + 5)) {
      try JSONValue(parsing: (String(repeating: "[", count: 127) + "{\"a\":{}}").utf8)
    }
  }

  @Test func everyPrefixOfAnObjectIsAnError() throws {
    let text = #" {"k": [1, -2.5e3, "é\n", true, null], "l": {"m": {}}}"#
    _ = try JSONValue(parsing: text.utf8)
    for count in 0..<text.utf8.count {
      #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8.prefix(count))) }
    }
  }

  @Test func collectionsWithoutContiguousStorage() throws {
    #expect(try JSONValue(parsing: "]1[".utf8.reversed()) == [1])
    #expect(throws: JSONError(.unexpectedEnd, at: 0)) {
      try JSONValue(parsing: UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  @Test func messagesNameThePlaceAndTheMend() {
    #expect(
      "\(JSONError(.duplicateKey("a"), at: 9))"
        == "not valid JSON at byte 9: the object names \"a\" twice; remove one of the two")
    #expect("\(JSONError.Reason.unexpectedByte(0x27))" == "unexpected '''")
    #expect("\(JSONError.Reason.unexpectedByte(7))" == "unexpected byte 0x07")
  }
}
