import Authoring
import Syntax
import Testing

/// Random damage to good texts: nothing is lost, and statements with mistakes keep their bytes.
@Suite struct FormattingFuzzTests {
  private static let pieces = [
    "(", ")", "[", "]", "{", "}", "`", "`a{", "}`", "\"", "'", "\n", "\n\n    ", " ", "// c\n", "/// d\n", "# e\n", ",",
    ",)", ":", ";", ".", "...", "..<", "@", "@name(\"x\")", "=", "==", "*", "|>", "->", "if", "else", "return", "none",
    "f32[", "sparse ", "type ", "ints []", "repeat ", "where ", "block ", "model ", "use ", "1.", ".5", "0x", "é", "\r",
    "\t", "\u{FEFF}", "l: F(", "k=", "\\", "x",
  ]

  @Test func damagedTextsLoseNothing() throws {
    let written = try FormattingPropertyTests.written.map(FormattingFiles.bytes)
    Soak.run("formatted damaged texts", minimum: 300) { numbers in
      var bytes = numbers.pick(written)
      if numbers.chance(70) {
        var generator = FormattingTextGenerator(numbers)
        bytes = Array(generator.file().utf8)
        numbers = generator.numbers
      }
      for _ in 0..<Int.random(in: 1...6, using: &numbers) { Self.damage(&bytes, using: &numbers) }
      let found = formattingViolations(of: bytes)
      #expect(found == [], "seed \(Soak.seed)\n\(String(decoding: bytes, as: UTF8.self))")
      return found.isEmpty
    }
  }

  @Test func anyBytesAreFormatted() {
    Soak.run("formatted bytes", minimum: 300) { numbers in
      let alphabet = Array("(){}[],.:;=*+-|>@`\"'#/\n\n ax1ifé".utf8) + [0x80, 0xFF]
      let bytes = (0..<Int.random(in: 0...200, using: &numbers)).map { _ in numbers.pick(alphabet) }
      let found = formattingViolations(of: bytes)
      #expect(found == [], "seed \(Soak.seed)\n\(bytes)")
      return found.isEmpty
    }
  }

  /// Deep nesting and long chains take neither the stack nor long.
  @Test(arguments: [
    String(repeating: "(", count: 95) + "x" + String(repeating: ")", count: 95),
    String(repeating: "f(", count: 95) + "x" + String(repeating: ")", count: 95),
    String(repeating: "[", count: 95) + "x" + String(repeating: "]", count: 95),
    "x" + String(repeating: " + xxxxxxxxxxxxx", count: 490), "x" + String(repeating: " |> Relu", count: 490),
    "x" + String(repeating: ".aaaaaaaaaaaaaaa", count: 490), "x" + String(repeating: "(aaaaaaaaaaaaaaa)", count: 490),
    String(repeating: "-", count: 95) + "x",
    String(repeating: "if a { b } else ", count: 95) + "{ c }",
    String(repeating: "f(b={ return ", count: 45) + "x" + String(repeating: " })", count: 45),
    "[" + String(repeating: "123456, ", count: 20_000) + "]",
    String(repeating: "(", count: 5000) + "x" + String(repeating: ")", count: 5000),
  ])
  func deepTexts(expression: String) {
    let source = Array("block B() {\n    x = \(expression)\n}\n".utf8)
    let formatted = SyntaxTree.parse(source).formatted()
    let again = SyntaxTree.parse(formatted.text).formatted()
    #expect(again.text == formatted.text)
  }

  private static func damage(_ bytes: inout [UInt8], using numbers: inout Soak.Numbers) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &numbers)
    let end = min(bytes.count, place + Int.random(in: 1...20, using: &numbers))
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 3: bytes.removeLast(bytes.count - place)
    default: bytes.insert(contentsOf: numbers.pick(pieces).utf8, at: place)
    }
  }
}
