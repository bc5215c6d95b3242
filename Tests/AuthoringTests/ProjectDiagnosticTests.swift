import Authoring
import Semantics
import Syntax
import Testing

/// What is wrong with a project file, and where: the marks ¦ stand around the place.
@Suite struct ProjectDiagnosticTests {
  struct Case: CustomTestStringConvertible {
    var text: String
    var identifier: String
    var fragments: [String]
    var severity = Diagnostic.Severity.error

    var testDescription: String { text }
  }

  @Test(arguments: [
    Case(text: #"{"opset": ¦"21"¦}"#, identifier: "wrong-value", fragments: ["`opset`", "13 to 23", #""21""#]),
    Case(text: #"{"opset": ¦12¦}"#, identifier: "wrong-value", fragments: ["12"]),
    Case(text: #"{"opset": ¦21.0¦}"#, identifier: "wrong-value", fragments: ["21.0"]),
    Case(
      text: "{\n  \"dimensions\": {\n    \"N\": ¦0¦ }}", identifier: "wrong-value", fragments: ["`dimensions.N`", "0"]),
    Case(text: #"{"dimensions": ¦[1, {"N": 2}]¦}"#, identifier: "wrong-value", fragments: ["an array"]),
    Case(text: #" ¦[]¦ "#, identifier: "wrong-value", fragments: ["the file", "an array"]),
    Case(
      text: #"{"models": {"m": {"set": {"a": ¦{"b": 1}¦}}}}"#, identifier: "wrong-value",
      fragments: ["`models.m.set.a`", "an object"]),
    Case(text: #"{"models": {"m": {"set": {"a": ¦[1, [{}]]¦}}}}"#, identifier: "wrong-value", fragments: ["an array"]),
    Case(
      text: #"{¦"opste"¦: 21}"#, identifier: "unknown-key", fragments: ["did you mean `opset`"], severity: .warning),
    Case(
      text: #"{"a": {"opset": 1}, ¦"dimension"¦ : {}}"#.replacing(#""a": {"opset": 1}, "#, with: ""),
      identifier: "unknown-key", fragments: ["did you mean `dimensions`"], severity: .warning),
    Case(
      text: #"{"models": {"m": {¦"zzzzzz"¦: 1}}}"#, identifier: "unknown-key",
      fragments: ["`models.m.zzzzzz`", "set, dimensions"], severity: .warning),
    Case(
      text: #"{"lint": {"unreachable": ¦"loud"¦}}"#, identifier: "wrong-value", fragments: [#""loud""#, #""off""#]),
    Case(text: #"{"lint": {¦"shape-mismatch"¦: "off"}}"#, identifier: "fixed-level", fragments: ["`shape-mismatch`"]),
    Case(
      text: #"{"lint": {¦"unused-weight"¦: "off"}}"#, identifier: "fixed-level",
      fragments: ["did you mean `unused-weights`"]),
    Case(text: #"{"opset": 21,¦,¦}"#, identifier: "malformed-project", fragments: ["','"]),
    Case(text: #"{"opset": 21¦¦"#, identifier: "malformed-project", fragments: ["ends before"]),
    Case(text: "¦¦", identifier: "malformed-project", fragments: ["ends before"]),
    Case(text: #"{"opset": 21, ¦"¦opset": 20}"#, identifier: "malformed-project", fragments: ["twice"]),
  ])
  func problem(_ example: Case) throws {
    let pieces = example.text.split(separator: "¦", omittingEmptySubsequences: false)
    try #require(pieces.count == 3)
    let start = pieces[0].utf8.count
    let (_, diagnostics) = Project.read(Array(pieces.joined().utf8), file: 7)
    try #require(diagnostics.count == 1, "\(diagnostics)")
    let diagnostic = diagnostics[0]
    #expect(diagnostic.identifier == example.identifier)
    #expect(diagnostic.severity == example.severity)
    #expect(diagnostic.place == Place(file: 7, range: start..<start + pieces[1].utf8.count))
    for fragment in example.fragments { #expect(diagnostic.message.contains(fragment), "\(diagnostic.message)") }
  }

  /// One wrong value takes nothing else with it.
  @Test func theRestCounts() {
    let text = #"{"opset": "x", "dimensions": {"N": -1, "H": 2}, "lint": {"unreachable": 1, "unused-weights": "off"}}"#
    let (project, diagnostics) = Project.read(Array(text.utf8), file: 7)
    #expect(diagnostics.count == 3)
    #expect(project.dimensions == ["H": 2])
    #expect(project.lint.levels == ["unused-weights": .off])
  }

  /// Text cut short or with one byte replaced is told, never a crash; whatever is told has a place in the text.
  @Test func brokenTextsOfEveryKind() {
    let text = Array(
      #"{"opset": 21, "models": {"é\u0041": {"set": {"a": ["\"", 1e3, {}]}}}, "lint": {"x": null}}"#.utf8)
    for index in text.indices {
      var texts = [Array(text[..<index])]
      for byte in [0, UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "]"), 0xFF] {
        var changed = text
        changed[index] = byte
        texts.append(changed)
      }
      for text in texts {
        for diagnostic in Project.read(text, file: 7).diagnostics {
          #expect(diagnostic.place.range.upperBound <= text.count)
        }
      }
    }
  }

  @Test func deepNestingIsToldAndNotFollowed() {
    for text in [String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000)] {
      #expect(Project.read(Array(text.utf8), file: 7).diagnostics.map(\.identifier) == ["malformed-project"])
    }
  }
}
