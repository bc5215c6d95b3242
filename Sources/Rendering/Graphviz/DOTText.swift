/// A model as a graph in Graphviz's language: <https://graphviz.org/doc/info/lang.html>.
package struct DOTText {
  private let picture: OpenedHierarchy
  private let options: PictureOptions
  private var lines: [String] = []

  /// The text, in UTF-8 with a newline at its end.
  package static func text(of hierarchy: ModelHierarchy, _ options: PictureOptions) -> String {
    var text = DOTText(hierarchy, options)
    text.write()
    return text.lines.joined(separator: "\n") + "\n"
  }

  private init(_ hierarchy: ModelHierarchy, _ options: PictureOptions) {
    picture = OpenedHierarchy(hierarchy, depth: options.depth)
    self.options = options
  }

  private mutating func write() {
    let root = picture.hierarchy.parts[0]
    var title = ([root.callee] + ModelHierarchy.figures(root.amount)).joined(separator: " · ")
    title += "\ncoloured by \(options.measure.title)"
    for line in [picture.hierarchy.conditionWithRemedy, options.note] where !line.isEmpty { title += "\n\(line)" }
    lines = [
      "digraph \(Self.quoted(root.callee)) {",
      "  graph [rankdir=TB, ranksep=0.35, nodesep=0.3, fontname=\"monospace\", fontsize=11, label=\(Self.quoted(title))]",
      "  node [shape=box, style=\"filled,rounded\", fontname=\"monospace\", fontsize=11, color=\"#666666\"]",
      "  edge [fontname=\"monospace\", fontsize=9, fontcolor=\"#555555\", color=\"#666666\", arrowsize=0.6]",
    ]
    write(0, indent: "  ")
    for edge in picture.edges {
      let label = EdgeLabel.lines(edge.label)
      let tooltip = label.last?.hasSuffix("…") == true ? ", tooltip=\(Self.quoted(edge.label))" : ""
      lines.append(
        "  n\(edge.from) -> n\(edge.to) [label=\(Self.quoted(label.joined(separator: "\n")))\(tooltip)]")
    }
    lines.append("}")
  }

  private mutating func write(_ parent: Int, indent: String) {
    for id in picture.children(of: parent) {
      let part = picture.hierarchy.parts[id]
      let tooltip = Self.quoted(picture.hierarchy.facts(of: id).joined(separator: "\n"))
      if picture.opened.contains(id) {
        lines.append("\(indent)subgraph cluster_\(id) {")
        lines.append(
          "\(indent)  graph [style=rounded, color=\"#999999\", label=\(Self.quoted(Self.label(of: part))), tooltip=\(tooltip)]"
        )
        write(id, indent: indent + "  ")
        lines.append("\(indent)}")
        continue
      }
      var attributes = "label=\(Self.quoted(Self.label(of: part))), tooltip=\(tooltip)"
      switch part.kind {
      case .input, .output: attributes += ", shape=oval, style=solid"
      default:
        attributes += ", fillcolor=\"\(Shade.color(picture.hierarchy.share(of: id, by: options.measure)))\""
        if part.isOpenable, !part.isLayer { attributes += ", peripheries=2" }
      }
      lines.append("\(indent)n\(id) [\(attributes)]")
    }
  }

  private static func label(of part: ModelHierarchy.Part) -> String {
    let figures = ModelHierarchy.figures(part.amount).prefix { !$0.hasSuffix("results") }
    return ([part.title] + (figures.isEmpty ? [] : [figures.joined(separator: ", ")])).joined(separator: "\n")
  }

  /// A string of the language, in which nothing is an escape, an entity or an end but `\n` for a newline.
  ///
  /// `&` begins an entity even in plain strings. Other control characters are written as `\u{1B}`, as no SVG may hold them.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "&": result += "&amp;"
      case "\n": result += "\\n"
      default:
        result +=
          XMLText.isControl(scalar) ? "\\\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
      }
    }
    return result + "\""
  }
}
