import Authoring
import JSON

/// Where the things inside a part stand, each as large as it is while closed: in points, from the top left.
package struct BodyLayout: Hashable, Sendable {
  package struct Box: Hashable, Sendable {
    /// The middle.
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double
  }

  package struct Route: Hashable, Sendable {
    package var from: Int
    package var to: Int
    /// The control points of cubic Bézier curves that follow each other, and the arrow's tip.
    package var points: [Point]
    /// The middle of the label.
    package var label: Point?
  }

  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double
  }

  package var width: Double
  package var height: Double
  /// By the body's items.
  package var boxes: [Box]
  /// By the body's edges.
  package var routes: [Route]
}

/// The layouts of many bodies, each made once: bodies that differ in names alone share one.
struct BodyLayouts {
  private(set) var layouts: [BodyLayout] = []
  /// The layout of each part that can be opened.
  private(set) var indices: [Int: Int] = [:]

  init(_ bodies: [Int: ModelHierarchy.Body], of hierarchy: ModelHierarchy) throws(GraphvizProblem) {
    var graphs: [String] = []
    var examples: [Int] = []
    var known: [String: Int] = [:]
    for (part, body) in bodies.sorted(by: { $0.key < $1.key }) {
      let graph = BodyGraph(body, of: hierarchy).text
      if let index = known[graph] {
        indices[part] = index
      } else {
        known[graph] = graphs.count
        indices[part] = graphs.count
        graphs.append(graph)
        examples.append(part)
      }
    }
    let texts = JSONStream.values(try Graphviz.run("json0", graphs.joined(separator: "\n")))
    guard texts.count == graphs.count else { throw .unreadable }
    for (text, part) in zip(texts, examples) {
      guard let body = bodies[part], let value = try? JSONValue(parsing: text),
        let layout = BodyLayout(value, of: BodyGraph(body, of: hierarchy))
      else { throw .unreadable }
      layouts.append(layout)
    }
  }
}

/// A body as a graph of boxes of known sizes.
private struct BodyGraph {
  let body: ModelHierarchy.Body
  let sizes: [(width: Double, height: Double)]

  init(_ body: ModelHierarchy.Body, of hierarchy: ModelHierarchy) {
    self.body = body
    sizes = body.items.map { item in
      switch item {
      case .part(let id): PartBox.size(of: hierarchy.parts[id])
      case .entering, .leaving: (12, 12)
      }
    }
  }

  var text: String {
    // Labels and exact routes of many edges take longer than anybody waits.
    let edges = body.edges
    let isLarge = edges.count > 1000
    var lines = [
      "digraph {",
      "  graph [rankdir=TB, ranksep=0.3, nodesep=0.25\(isLarge ? ", splines=polyline, nslimit=2, nslimit1=2, mclimit=0.2" : "")]",
      "  node [shape=box, fixedsize=true, label=\"\"]", "  edge [fontname=\"Courier\", fontsize=9, arrowsize=0.6]",
    ]
    for (index, size) in sizes.enumerated() {
      lines.append("  \(index) [width=\(size.width / 72), height=\(size.height / 72)]")
    }
    for (index, edge) in edges.enumerated() {
      // The layout knows how long a label is, and not what it says; a letter of room on either side.
      let label = (isLarge ? [] : EdgeLabel.lines(edge.label)).map { String(repeating: "x", count: $0.count + 2) }
        .joined(separator: "\\n")
      // Rounds stand below each other, whatever else they use.
      let isBetweenRounds = edge.from < body.roundCount && edge.to < body.roundCount
      let weight = isBetweenRounds ? ", weight=20" : ""
      lines.append("  \(edge.from) -> \(edge.to) [id=\(index), label=\"\(label)\"\(weight)]")
    }
    let entering = body.items.indices.filter { if case .entering(_, nil) = body.items[$0] { true } else { false } }
    if !entering.isEmpty {
      lines.append("  { rank=min; \(entering.map { "\($0)" }.joined(separator: "; ")) }")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }
}

extension BodyLayout {
  /// What `dot -Tjson0` says of a graph; `nil` where it is not that.
  fileprivate init?(_ json: JSONValue, of graph: BodyGraph) {
    guard let bounds = json["bb"]?.stringValue.map(Self.numbers), bounds.count == 4 else { return nil }
    (width, height) = (bounds[2], bounds[3])
    var boxes = graph.sizes.map { Box(x: 0, y: 0, width: $0.width, height: $0.height) }
    var places: Set<Int> = []
    for object in json["objects"]?.arrayValue ?? [] {
      guard let name = object["name"]?.stringValue, let index = Int(name), boxes.indices.contains(index),
        let position = object["pos"]?.stringValue.map(Self.numbers), position.count == 2
      else { continue }
      boxes[index].x = position[0]
      boxes[index].y = bounds[3] - position[1]
      places.insert(index)
    }
    guard places.count == boxes.count else { return nil }
    self.boxes = boxes
    routes = graph.body.edges.map { Route(from: $0.from, to: $0.to, points: [], label: nil) }
    for edge in json["edges"]?.arrayValue ?? [] {
      guard let id = edge["id"]?.stringValue, let index = Int(id), routes.indices.contains(index),
        let text = edge["pos"]?.stringValue
      else { continue }
      var tip: [Point] = []
      for piece in text.split(separator: " ") {
        let numbers = Self.numbers(piece.hasPrefix("e,") ? String(piece.dropFirst(2)) : String(piece))
        guard numbers.count == 2 else { return nil }
        let point = Point(x: numbers[0], y: bounds[3] - numbers[1])
        if piece.hasPrefix("e,") { tip = [point] } else { routes[index].points.append(point) }
      }
      routes[index].points += tip
      if let label = edge["lp"]?.stringValue.map(Self.numbers), label.count == 2 {
        routes[index].label = Point(x: label[0], y: bounds[3] - label[1])
      }
    }
  }

  private static func numbers(_ text: String) -> [Double] { text.split(separator: ",").compactMap { Double($0) } }
}

/// How large the box of a closed part is, with letters of one width.
package enum PartBox {
  /// The most letters of a line in a box.
  static let lineLength = 44
  private static let letterWidth = 6.7
  private static let lineHeight = 14.0

  /// The lines in a box: what the part is, and what it amounts to.
  static func lines(of part: ModelHierarchy.Part) -> [String] {
    let figures = ModelHierarchy.figures(part.amount).prefix { !$0.hasSuffix("results") }
    let lines = [part.title] + (figures.isEmpty ? [] : [figures.joined(separator: ", ")])
    return lines.map { clipped($0, to: lineLength) }
  }

  static func size(of part: ModelHierarchy.Part) -> (width: Double, height: Double) {
    let lines = lines(of: part)
    let length = lines.map(width).max() ?? 0
    return (length * letterWidth + (part.isOpenable ? 40 : 20), Double(lines.count) * lineHeight + 10)
  }

  /// The text, or its beginning with `…`.
  static func clipped(_ text: String, to length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 1) + "…"
  }

  /// The width in letters; ideographs and emoji take two.
  private static func width(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
  }
}

/// JSON values that follow each other.
enum JSONStream {
  /// The objects of a text, each as its bytes.
  static func values(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var values: [ArraySlice<UInt8>] = []
    var (depth, start) = (0, 0)
    var (isInString, isEscaped) = (false, false)
    for (index, byte) in bytes.enumerated() {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"):
        if depth == 0 { start = index }
        depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { values.append(bytes[start...index]) }
      default: break
      }
    }
    return values
  }
}
