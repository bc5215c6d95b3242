import JSON
import Testing

@Suite struct JSONSerializingTests {
  private func text(_ value: JSONValue, pretty: Bool = false) -> String {
    String(decoding: value.serialized(pretty: pretty), as: UTF8.self)
  }

  @Test(
    arguments: [
      (.null, "null"), (true, "true"), (-7, "-7"), (.integer(.min), "-9223372036854775808"),
      (.unsigned(.max), "18446744073709551615"), (0.1, "0.1"), (1.0, "1.0"), (.number(1e300), "1e+300"),
      (.number(.leastNonzeroMagnitude), "5e-324"), (.number(-0.0), "-0.0"),
      (.number(.nan), "null"), (.number(.infinity), "null"), ([.number(-.infinity)], "[null]"),
      ("", #""""#), ("a/b\"\\\n\0é😀", #""a/b\"\\\n\u0000é😀""#),
      ([], "[]"), ([:], "{}"), ([1, [2], nil], "[1,[2],null]"),
      (["b": 1, "a": ["c": []]], #"{"b":1,"a":{"c":[]}}"#), (["k\0": 1, "": 2], #"{"k�":1,"":2}"#),
    ] as [(JSONValue, String)])
  func compact(value: JSONValue, expected: String) {
    #expect(text(value) == expected)
  }

  @Test func pretty() {
    let value: JSONValue = ["a": [1, 2], "b": ["c": "d"], "e": [], "f": [:]]
    let expected = """
      {
        "a": [
          1,
          2
        ],
        "b": {
          "c": "d"
        },
        "e": [
        ],
        "f": {
        }
      }
      """
    #expect(text(value, pretty: true) == expected)
  }

  @Test func textsReadBackAsTheSameValue() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let value = Self.random(depth: 4, using: &generator)
      for pretty in [false, true] {
        #expect(try JSONValue(parsing: value.serialized(pretty: pretty)) == value, "\(text(value))")
      }
    }
  }

  private static func random(depth: Int, using generator: inout SystemRandomNumberGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(.random(in: .min ... .max, using: &generator))
    case 3: return .unsigned(.random(in: (1 << 63) ... .max, using: &generator))
    case 4:
      let number = Double(bitPattern: .random(in: 0 ... .max, using: &generator))
      return .number(number.isFinite ? number : 0.5)
    case 5: return .string(randomString(using: &generator))
    case 6, 7:
      return .array((0..<Int.random(in: 0..<5)).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      var object = JSONObject()
      for index in 0..<Int.random(in: 0..<20) {
        object["\(index)" + randomString(using: &generator).filter { $0 != "\0" }] =
          random(depth: depth - 1, using: &generator)
      }
      return .object(object)
    }
  }

  private static func randomString(using generator: inout SystemRandomNumberGenerator) -> String {
    let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "/", "\n", "\0", "\u{1F}", "\u{7F}", "é", "水", "😀", "\u{FFFF}"]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<8, using: &generator) { text.append(scalars.randomElement(using: &generator)!) }
    return String(text)
  }
}
