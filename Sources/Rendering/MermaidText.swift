/// A model as a flowchart of Mermaid: <https://mermaid.js.org/syntax/flowchart.html>.
package struct MermaidText {
  private let picture: OpenedHierarchy
  private let options: PictureOptions
  private var lines: [String] = ["flowchart TD"]

  /// The text, in UTF-8 with a newline at its end.
  package static func text(of hierarchy: ModelHierarchy, _ options: PictureOptions) -> String {
    var text = MermaidText(OpenedHierarchy(hierarchy, depth: options.depth), options)
    text.write()
    return text.lines.joined(separator: "\n") + "\n"
  }

  private init(_ picture: OpenedHierarchy, _ options: PictureOptions) {
    (self.picture, self.options) = (picture, options)
  }

  private mutating func write() {
    let notes = [picture.hierarchy.conditionWithRemedy, options.note].filter { !$0.isEmpty }
    if !notes.isEmpty { lines.append("  note[\(Self.quoted(notes.joined(separator: "\n")))]") }
    write(0, indent: "  ")
    for edge in picture.edges {
      lines.append(
        "  n\(edge.from) -->|\(Self.quoted(EdgeLabel.lines(edge.label).joined(separator: "\n")))| n\(edge.to)")
    }
    for (step, color) in Shade.steps.enumerated() {
      let ids = shaded(0).filter { Shade.step(picture.hierarchy.share(of: $0, by: options.measure)) == step }
      guard !ids.isEmpty else { continue }
      lines.append("  classDef share\(step) fill:\(color),stroke:#666,color:#222")
      lines.append("  class \(ids.map { "n\($0)" }.joined(separator: ",")) share\(step)")
    }
  }

  private mutating func write(_ parent: Int, indent: String) {
    for id in picture.children(of: parent) {
      let part = picture.hierarchy.parts[id]
      if picture.opened.contains(id) {
        lines.append("\(indent)subgraph n\(id)[\(Self.quoted(part.title))]")
        write(id, indent: indent + "  ")
        lines.append("\(indent)end")
        continue
      }
      let figures = ModelHierarchy.figures(part.amount).prefix { !$0.hasSuffix("results") }
      let label = Self.quoted(([part.title] + figures).joined(separator: "\n"))
      let isTerminal = part.kind == .input || part.kind == .output
      lines.append("\(indent)n\(id)\(isTerminal ? "([\(label)])" : "[\(label)]")")
    }
  }

  /// The parts that are drawn as boxes inside another.
  private func shaded(_ parent: Int) -> [Int] {
    picture.children(of: parent).flatMap { id -> [Int] in
      if picture.opened.contains(id) { return shaded(id) }
      let kind = picture.hierarchy.parts[id].kind
      return kind == .input || kind == .output ? [] : [id]
    }
  }

  /// A text between quotes; all but letters, digits and what is harmless in Mermaid and in HTML is a character code.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "<br/>"
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", ":", "_", "-", "/", "+", "?", "(", ")":
        result.unicodeScalars.append(scalar)
      default:
        if XMLText.isControl(scalar) {
          result += "u#123;\(String(scalar.value, radix: 16, uppercase: true))#125;"
        } else if scalar.isASCII {
          result += "#\(scalar.value);"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
