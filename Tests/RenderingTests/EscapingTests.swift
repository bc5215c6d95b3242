import Graphs
import JSON
import Rendering
import Semantics
import Testing

/// Names that mean something to what shows them.
@Suite struct EscapingTests {
  static let names = [
    #"a"b"#, #"a\b"#, #"a\"#, "a{b}|c", "a<b>c", "</script><script>alert(1)</script>", "<!--", "a&amp;b", "a&b",
    "a\nb", "a\tb", "a\u{1B}[31m", "a\u{202E}b", "a\u{0}b", "a#quot;b", "`a`", "ü漢字", "]]>", #"\N\G\l"#, "a;b", "a'b",
  ]

  /// A model in which everything that can have the name has it.
  private func model(_ name: String) throws -> (Elaboration, ModelPicture) {
    var (elaboration, files) = try elaborated(
      """
      use onnx 21
      model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
          return fc: Linear(Relu(x), out_features=8)
      }
      """)
    for value in elaboration.model.graph.values.indices { elaboration.model.graph.values[value].name = name }
    for node in elaboration.model.graph.nodes.indices {
      elaboration.model.graph.nodes[node].name = name
      elaboration.model.graph.nodes[node].operatorType = name
    }
    for id in elaboration.model.graph.instances.indices {
      elaboration.model.graph.instances[id].callee = name
      if elaboration.model.graph.instances[id].label != nil { elaboration.model.graph.instances[id].label = name }
    }
    return (elaboration, ModelPicture(elaboration, files: files, PictureOptions(note: name)))
  }

  /// Strings in Graphviz's language end where they should: what stands outside of them is what a harmless model has there.
  @Test(arguments: names)
  func graphviz(name: String) throws {
    func bare(_ text: String) -> String {
      var (bare, isInString, isEscaped) = ("", false, false)
      for character in text.unicodeScalars {
        if isEscaped {
          isEscaped = false
        } else if isInString, character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          isInString.toggle()
        } else if !isInString {
          bare.unicodeScalars.append(character)
        }
        #expect(character.value >= 0x20 || character == "\n", "a control character in \(text)")
      }
      #expect(!isInString)
      return bare
    }
    let hostile = try model(name).1.content(as: .dot)
    #expect(bare(hostile) == bare(try model("name").1.content(as: .dot)))
    for part in hostile.split(separator: "&").dropFirst() { #expect(part.hasPrefix("amp;")) }
  }

  /// Between quotes stand letters, harmless signs, `<br/>` and character codes.
  @Test(arguments: names)
  func mermaid(name: String) throws {
    func bare(_ text: String) -> String {
      text.replacing(/"[^"]*"/) { match in
        let inside = match.output.dropFirst().dropLast().replacing("<br/>", with: " ").replacing(/#[0-9]+;/, with: "")
        #expect(!inside.contains { "\"<>&#;`{}|\\[]".contains($0) || $0.isNewline }, "\(match.output)")
        return ""
      }
    }
    let hostile = try model(name).1.content(as: .mermaid)
    #expect(bare(hostile) == bare(try model("name").1.content(as: .mermaid)))
  }

  /// Tags in a treemap are its own, as many as those of a harmless model.
  @Test(arguments: names)
  func treemap(name: String) throws {
    let hostile = try model(name).1.treemap()
    let harmless = try model("name").1.treemap()
    func tags(_ text: String) -> [Substring] { text.matches(of: /<\/?[a-z]+/).map(\.output) }
    #expect(
      tags(hostile).filter { $0 != "<text" && $0 != "</text" }
        == tags(harmless).filter { $0 != "<text" && $0 != "</text" })
    #expect(hostile.count { $0 == "<" } == hostile.matches(of: /<\/?(svg|g|rect|text|title)\b/).count)
    for piece in hostile.split(separator: "&").dropFirst() {
      #expect(["amp;", "lt;", "gt;", "quot;", "#39;"].contains { piece.hasPrefix($0) }, "\(piece.prefix(10))")
    }
    #expect(!hostile.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
  }
}
