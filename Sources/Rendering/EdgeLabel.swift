import Graphs

/// What is said beside the edges of a picture.
enum EdgeLabel {
  private static let lineLength = 40
  private static let mostLines = 4

  /// A type in lines, which break behind commas; what has no room ends in `…`.
  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    for piece in text.split(separator: ", ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 2 + piece.count < lineLength {
        lines[lines.count - 1] += ", \(piece)"
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += "," }
        lines.append(String(piece))
      }
    }
    if lines.count > mostLines { lines = lines.prefix(mostLines - 1) + [lines[mostLines - 1] + "…"] }
    return lines.map { PartBox.clipped($0, to: lineLength) }
  }
}

/// The values that go from one thing to another in a picture.
struct EdgeBundle {
  /// More labels than these would be wider than what they stand beside.
  private static let mostApart = 2

  private var values: Set<Value.ID> = []
  /// The types of the values, each once.
  private var types: [String] = []

  mutating func add(_ value: Value.ID, _ type: String) {
    values.insert(value)
    if !types.contains(type) { types.append(type) }
  }

  /// The labels of the edges that are drawn: one for each type, or one that counts the values.
  var labels: [String] { types.count > Self.mostApart ? ["\(values.count) values"] : types }
}
